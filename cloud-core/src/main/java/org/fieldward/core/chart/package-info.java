/** FHIR resources as they are kept: every version of each, found by what they say, read on in one order. */
@NullMarked
package org.fieldward.core.chart;

import org.jspecify.annotations.NullMarked;
