/** FHIR Observations of readings, and stored ones beside them: who sees which, their past, windows and statistics. */
@NullMarked
package org.fieldward.core.distribution.observe;

import org.jspecify.annotations.NullMarked;
