/** Every number this agent reports about itself: names, units, label values. */
@NullMarked
package org.fieldward.edge.metrics;

import org.jspecify.annotations.NullMarked;
