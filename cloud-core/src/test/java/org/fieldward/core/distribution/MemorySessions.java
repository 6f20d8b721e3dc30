package org.fieldward.core.distribution;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.access.Claims;
import org.fieldward.core.access.person.Sessions;

/** Sessions in memory. */
public final class MemorySessions implements Sessions {

    private final Map<String, Session> sessions = new HashMap<>();

    @Override
    public synchronized Session begin(String secret, Claims claims, Optional<String> person, Instant now) {
        var session = new Session(id(secret), claims, person, now, now);
        sessions.put(session.id(), session);
        return session;
    }

    @Override
    public synchronized Optional<Session> find(String id) {
        return Optional.ofNullable(sessions.get(id));
    }

    @Override
    public synchronized boolean renew(String id, Instant now) {
        return sessions.computeIfPresent(
                        id, (same, old) -> new Session(same, old.claims(), old.person(), old.beganAt(), now))
                != null;
    }

    @Override
    public synchronized void end(String id) {
        sessions.remove(id);
    }

    @Override
    public synchronized void sweep(Instant before) {
        sessions.values().removeIf(session -> session.beganAt().isBefore(before));
    }

    private static String id(String secret) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
