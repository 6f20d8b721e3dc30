/** What is added to an event out of what is known already: ranges, changes, warnings. Rules are data beside the code. */
@NullMarked
package org.fieldward.core.clinical.enrichment;

import org.jspecify.annotations.NullMarked;
