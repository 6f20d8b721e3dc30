/** Decides what may come in, what must go for it, and keeps count of what was lost. Pure. */
@NullMarked
package org.fieldward.edge.buffer.quota;

import org.jspecify.annotations.NullMarked;
