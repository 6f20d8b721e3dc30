/** The buffer in one SQLite file: rows are sealed groups of records, and a damaged file is set aside. */
@NullMarked
package org.fieldward.edge.buffer.sqlite;

import org.jspecify.annotations.NullMarked;
