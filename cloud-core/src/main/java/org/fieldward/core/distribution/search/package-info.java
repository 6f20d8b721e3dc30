/** What a FHIR search asks for, and the pages that answer it: plain decisions, no HTTP and no FHIR library. */
@NullMarked
package org.fieldward.core.distribution.search;

import org.jspecify.annotations.NullMarked;
