package org.fieldward.core.distribution.socket;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** An open WebSocket as the thread sees it that serves it. Only {@link #wake} is for others too. */
public interface Line {

    /** Normal end (RFC 6455, section 7.4.1). */
    int DONE = 1000;

    /** The other side broke a rule. */
    int REFUSED = 1008;

    /** The other side may come back. */
    int LATER = 1013;

    /** The next message; empty after the time, or when woken, or when it is over. */
    Optional<String> heard(Duration patience) throws InterruptedException;

    /**
     * Returns when it was handed to the network.
     *
     * @throws IOException if the other side is gone, or took nothing for too long
     */
    void say(String text) throws IOException;

    /**
     * Asks the other side's software, behind everything that was said, for an answer. Its answer says that it read all that.
     *
     * @param number positive, larger each time
     */
    void probe(long number) throws IOException;

    /** The newest number that was answered; 0 before the first. */
    long answered();

    boolean isOpen();

    /** Has {@link #heard} return. */
    void wake();

    /** Ends it with a code of RFC 6455 and a reason of at most 120 ASCII characters; harmless where it is over. */
    void end(int code, String reason);
}
