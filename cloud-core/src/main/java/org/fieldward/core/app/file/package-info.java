/** Files that only the core itself may read: its authority, and keys that cores share. */
@NullMarked
package org.fieldward.core.app.file;

import org.jspecify.annotations.NullMarked;
