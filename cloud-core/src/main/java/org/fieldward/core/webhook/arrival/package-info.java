/** What came, byte by byte, and what became of it. */
@NullMarked
package org.fieldward.core.webhook.arrival;

import org.jspecify.annotations.NullMarked;
