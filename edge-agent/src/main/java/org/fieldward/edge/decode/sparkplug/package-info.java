/** Sparkplug B: births say what the metrics are called, data may use their numbers only. */
@NullMarked
package org.fieldward.edge.decode.sparkplug;

import org.jspecify.annotations.NullMarked;
