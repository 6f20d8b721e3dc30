package org.fieldward.core.distribution.socket;

import java.io.IOException;

/** What is said on a WebSocket. */
@FunctionalInterface
public interface Conversation {

    /** Serves it to its end, on a thread of its own; it is ended when this returns. */
    void hold(Line line) throws IOException, InterruptedException;
}
