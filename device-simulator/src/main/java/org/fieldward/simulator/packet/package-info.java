/** MQTT 3.1.1 packets as bytes, for those who speak it by hand. */
@NullMarked
package org.fieldward.simulator.packet;

import org.jspecify.annotations.NullMarked;
