/** Topics of the ward: filters, who subscribed to what, and the last message of each retained topic. */
@NullMarked
package org.fieldward.edge.ingest.topic;

import org.jspecify.annotations.NullMarked;
