/** Tests of what may come in and what must go for it. */
@NullMarked
package org.fieldward.edge.buffer.quota;

import org.jspecify.annotations.NullMarked;
