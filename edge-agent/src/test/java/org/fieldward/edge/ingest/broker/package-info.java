@NullMarked
package org.fieldward.edge.ingest.broker;

import org.jspecify.annotations.NullMarked;
