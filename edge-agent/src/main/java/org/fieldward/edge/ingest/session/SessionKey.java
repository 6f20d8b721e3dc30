package org.fieldward.edge.ingest.session;

import org.fieldward.edge.ingest.access.Identity;

/** Two identities may use one client id without meeting: a take-over is only ever by oneself. */
public record SessionKey(Identity identity, String clientId) {}
