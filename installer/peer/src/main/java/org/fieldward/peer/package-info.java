/** Brokers of others, as processes of their own, to measure beside the gateway. Never part of what is shipped. */
@NullMarked
package org.fieldward.peer;

import org.jspecify.annotations.NullMarked;
