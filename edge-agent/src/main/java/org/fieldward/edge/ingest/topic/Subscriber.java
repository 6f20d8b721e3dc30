package org.fieldward.edge.ingest.topic;

/** Somebody who wants messages. */
public interface Subscriber {

    /** Called on any thread, never while holding a lock of the caller's; must not block. Order of calls is order of messages. */
    void deliver(Delivery delivery);
}
