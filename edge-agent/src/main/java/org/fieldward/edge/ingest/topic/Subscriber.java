package org.fieldward.edge.ingest.topic;

/** Somebody who wants messages. */
public interface Subscriber {

    /** Called on any thread, never while holding a lock of the caller's; must not block. Order of calls is order of messages. */
    void deliver(Delivery delivery);

    /** Whether it can hear a message now; of a group, one that can is preferred. */
    boolean isListening();

    /** Whether what was delivered to it must be on disk before the publisher may be told so. */
    boolean isDurable();
}
