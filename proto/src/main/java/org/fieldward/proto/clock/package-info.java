/** What two clocks said at one instant. */
@NullMarked
package org.fieldward.proto.clock;

import org.jspecify.annotations.NullMarked;
