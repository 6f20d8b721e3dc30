/** Takes readings from devices over MQTT. Acknowledges a publish only after the buffer stored it. */
@NullMarked
package org.fieldward.edge.ingest;

import org.jspecify.annotations.NullMarked;
