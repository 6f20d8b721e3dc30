@NullMarked
package org.fieldward.edge.ingest.session.sqlite;

import org.jspecify.annotations.NullMarked;
