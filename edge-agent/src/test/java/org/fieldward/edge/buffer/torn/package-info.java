/** Pages that nobody vouches for. */
@NullMarked
package org.fieldward.edge.buffer.torn;

import org.jspecify.annotations.NullMarked;
