/** The FHIR API over a real database and a real door. */
@NullMarked
package org.fieldward.core.distribution.rest;

import org.jspecify.annotations.NullMarked;
