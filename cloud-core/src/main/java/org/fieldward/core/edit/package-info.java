/** Changes made at two places to one resource: merged element by element where that is safe, else kept for a person. */
@NullMarked
package org.fieldward.core.edit;

import org.jspecify.annotations.NullMarked;
