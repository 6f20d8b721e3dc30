/** A FHIR request and its answer, whether they came by HTTP or within a Bundle. */
@NullMarked
package org.fieldward.core.distribution.rest.exchange;

import org.jspecify.annotations.NullMarked;
