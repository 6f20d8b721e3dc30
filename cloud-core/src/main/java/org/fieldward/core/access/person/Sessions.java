package org.fieldward.core.access.person;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.fieldward.core.access.Claims;

/** Who is signed in. A session ends when nobody renewed it for the idle time, or at its greatest age. Thread-safe. */
public interface Sessions {

    /**
     * @param id names it, and opens nothing
     * @param person empty: somebody whom a provider vouched for
     */
    record Session(String id, Claims claims, Optional<String> person, Instant beganAt, Instant renewedAt) {

        Instant until(Limits limits) {
            Instant idle = renewedAt.plus(limits.idle());
            Instant oldest = beganAt.plus(limits.maxAge());
            return idle.isBefore(oldest) ? idle : oldest;
        }
    }

    record Limits(Duration idle, Duration maxAge) {}

    /** @param secret opens it; its digest is all that is kept */
    Session begin(String secret, Claims claims, Optional<String> person, Instant now);

    Optional<Session> find(String id);

    /** False where it is gone. */
    boolean renew(String id, Instant now);

    void end(String id);

    /** Forgets those that began before. */
    void sweep(Instant before);
}
