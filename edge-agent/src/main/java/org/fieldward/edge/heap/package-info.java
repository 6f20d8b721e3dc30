/** How much memory the JVM takes for the gateway. */
@NullMarked
package org.fieldward.edge.heap;

import org.jspecify.annotations.NullMarked;
