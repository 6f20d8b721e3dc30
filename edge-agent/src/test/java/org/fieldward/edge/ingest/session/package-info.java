@NullMarked
package org.fieldward.edge.ingest.session;

import org.jspecify.annotations.NullMarked;
