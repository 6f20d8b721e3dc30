/** Finds rows in an SQLite file whose trees cannot be walked any more. */
@NullMarked
package org.fieldward.edge.buffer.torn;

import org.jspecify.annotations.NullMarked;
