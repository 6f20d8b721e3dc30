/** Durable sessions in a SQLite file of their own: whatever happens to it, the readings' buffer is not touched. */
@NullMarked
package org.fieldward.edge.ingest.session.sqlite;

import org.jspecify.annotations.NullMarked;
