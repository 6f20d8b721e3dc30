/** Observations of readings one after the other, for whoever wants all of them. */
@NullMarked
package org.fieldward.core.distribution.series;

import org.jspecify.annotations.NullMarked;
