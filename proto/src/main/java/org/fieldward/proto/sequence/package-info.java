/** Sequence numbers: which records of a buffer are held, sent or confirmed. Pure arithmetic, no clock and no disk. */
@NullMarked
package org.fieldward.proto.sequence;

import org.jspecify.annotations.NullMarked;
