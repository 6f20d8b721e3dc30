/** Decides whom a reading belongs to and what becomes of every record. Pure: no store, clock or thread. */
@NullMarked
package org.fieldward.core.attribution;

import org.jspecify.annotations.NullMarked;
