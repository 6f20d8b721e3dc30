/** Append-only record of what arrived; followers read it by their own durable cursor. */
@NullMarked
package org.fieldward.core.journal;

import org.jspecify.annotations.NullMarked;
