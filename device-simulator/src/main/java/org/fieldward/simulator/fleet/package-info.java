/** Many devices at once against one gateway over MQTT; the home of the Vert.x client. */
@NullMarked
package org.fieldward.simulator.fleet;

import org.jspecify.annotations.NullMarked;
