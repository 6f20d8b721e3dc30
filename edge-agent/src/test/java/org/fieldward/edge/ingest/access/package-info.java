@NullMarked
package org.fieldward.edge.ingest.access;

import org.jspecify.annotations.NullMarked;
