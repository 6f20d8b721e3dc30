/** FHIR's own questions to many Observations: the last of each kind, and statistics; of readings and stored ones. */
@NullMarked
package org.fieldward.core.distribution.stats;

import org.jspecify.annotations.NullMarked;
