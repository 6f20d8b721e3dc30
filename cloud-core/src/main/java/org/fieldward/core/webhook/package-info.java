/** The door of hospital systems: who may send, what came, and what became of it. */
@NullMarked
package org.fieldward.core.webhook;

import org.jspecify.annotations.NullMarked;
