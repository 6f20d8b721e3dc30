/** The database of the core: the operator's own or the embedded one, migrated. */
@NullMarked
package org.fieldward.core.app.database;

import org.jspecify.annotations.NullMarked;
