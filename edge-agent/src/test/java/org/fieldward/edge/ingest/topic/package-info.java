@NullMarked
package org.fieldward.edge.ingest.topic;

import org.jspecify.annotations.NullMarked;
