/** What of a resource its validity depends on, so that two which agree in it need judging once. */
@NullMarked
package org.fieldward.core.fhir.outline;

import org.jspecify.annotations.NullMarked;
