/** The files that carry batches where there is no link, and the receipts that come back. */
@NullMarked
package org.fieldward.proto.stick;

import org.jspecify.annotations.NullMarked;
