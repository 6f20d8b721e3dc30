/** What receivers outside are owed: numbered events, kept until each was taken. */
@NullMarked
package org.fieldward.core.distribution.outbox;

import org.jspecify.annotations.NullMarked;
