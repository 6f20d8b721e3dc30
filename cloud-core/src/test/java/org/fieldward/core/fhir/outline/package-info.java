/** Tests of outlines. */
@NullMarked
package org.fieldward.core.fhir.outline;

import org.jspecify.annotations.NullMarked;
