/** Takes readings from a broker that the hospital already runs. Acknowledges only after the buffer stored them. */
@NullMarked
package org.fieldward.edge.ingest.broker;

import org.jspecify.annotations.NullMarked;
