package org.fieldward.edge.ingest.session;

/**
 * What may be remembered.
 *
 * @param maxExpirySeconds the longest a session is kept without its client
 * @param maxSessions of all clients; beyond it the one that was left longest ago ends
 * @param maxQueuedMessages that wait for one client
 * @param maxQueuedBytes of their topics and payloads
 */
public record SessionLimits(long maxExpirySeconds, int maxSessions, int maxQueuedMessages, int maxQueuedBytes) {

    /** A screen may name its sessions as it likes, but not without end. */
    static final int MAX_PER_IDENTITY = 20;

    static final int MAX_SUBSCRIPTIONS = 1000;
}
