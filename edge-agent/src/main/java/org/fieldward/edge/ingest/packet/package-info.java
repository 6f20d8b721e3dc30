/** MQTT 3.1, 3.1.1 and 5 packets, to and from bytes; strict, and without a socket. */
@NullMarked
package org.fieldward.edge.ingest.packet;

import org.jspecify.annotations.NullMarked;
