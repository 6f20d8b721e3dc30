@NullMarked
package org.fieldward.edge.ingest;

import org.jspecify.annotations.NullMarked;
