/** The MQTT server that devices and screens connect to. */
@NullMarked
package org.fieldward.edge.ingest.door;

import org.jspecify.annotations.NullMarked;
