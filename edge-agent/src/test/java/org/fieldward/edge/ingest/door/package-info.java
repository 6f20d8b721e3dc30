@NullMarked
package org.fieldward.edge.ingest.door;

import org.jspecify.annotations.NullMarked;
