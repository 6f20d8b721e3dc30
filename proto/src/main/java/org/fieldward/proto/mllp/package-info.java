/** Messages of HL7 version 2 in a stream of bytes, as both sides read them. */
@NullMarked
package org.fieldward.proto.mllp;

import org.jspecify.annotations.NullMarked;
