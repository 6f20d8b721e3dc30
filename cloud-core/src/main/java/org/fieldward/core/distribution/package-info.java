/** FHIR API and live streams: everything that leaves the core for people and other systems. */
@NullMarked
package org.fieldward.core.distribution;

import org.jspecify.annotations.NullMarked;
