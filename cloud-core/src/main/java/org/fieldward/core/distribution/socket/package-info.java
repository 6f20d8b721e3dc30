/** WebSockets (RFC 6455) as conversations that a thread of their own holds: the home of Jetty's WebSocket library. */
@NullMarked
package org.fieldward.core.distribution.socket;

import org.jspecify.annotations.NullMarked;
