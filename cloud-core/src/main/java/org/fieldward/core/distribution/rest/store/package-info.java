/** Reading and writing single resources over FHIR: what a request must be like, and what it does at the chart's desk. */
@NullMarked
package org.fieldward.core.distribution.rest.store;

import org.jspecify.annotations.NullMarked;
