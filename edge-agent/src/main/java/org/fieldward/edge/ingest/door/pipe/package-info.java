/** What carries a client's bytes: TCP, TLS, a unix socket, a WebSocket. */
@NullMarked
package org.fieldward.edge.ingest.door.pipe;

import org.jspecify.annotations.NullMarked;
