@NullMarked
package org.fieldward.proto.mllp;

import org.jspecify.annotations.NullMarked;
