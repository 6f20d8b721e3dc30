@NullMarked
package org.fieldward.edge.ingest.packet;

import org.jspecify.annotations.NullMarked;
