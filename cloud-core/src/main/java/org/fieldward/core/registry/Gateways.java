package org.fieldward.core.registry;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.proto.clock.Coincidence;
import org.fieldward.proto.reading.Lane;

/** Which gateways may talk to the core, and what each last said of itself. Thread-safe. */
public interface Gateways {

    /** What the registry says of a certificate that a gateway shows. */
    enum Standing {
        WELCOME,
        UNKNOWN,
        REVOKED
    }

    record Gateway(String id, Instant addedAt, Optional<Instant> revokedAt, Optional<Instant> certificateUntil) {}

    /**
     * What a gateway said with its last heartbeat.
     *
     * @param lastConfirmedAt when the core last confirmed a batch of it: the honest form of "connected"
     * @param clockOffset the gateway's clock minus the core's
     * @param backlog records not yet confirmed
     * @param oldestUnconfirmedAge zero without a backlog
     */
    record State(
            String gateway,
            boolean connected,
            String software,
            Instant lastSeenAt,
            Optional<Instant> lastConfirmedAt,
            Duration clockOffset,
            Map<Lane, Long> backlog,
            Duration oldestUnconfirmedAge,
            long diskUsedBytes,
            long diskQuotaBytes,
            int devicesConnected,
            long rejectedPayloads) {
        public State {
            backlog = Map.copyOf(backlog);
        }
    }

    /**
     * Lets whoever knows the token become this gateway, once, until then. A second token replaces the first.
     *
     * @param tokenDigest SHA-256 of the token; the token itself is kept nowhere
     */
    void admit(String gateway, byte[] tokenDigest, Instant until);

    /** True exactly once for the right token in time; the gateway is then no longer revoked. */
    boolean redeem(String gateway, byte[] tokenDigest);

    /** Remembers that this certificate was given to the gateway. */
    void certified(String gateway, String fingerprint, Instant validUntil);

    /** False if there is no such gateway. All its certificates are refused from now on. */
    boolean revoke(String gateway);

    Standing standing(String gateway, String fingerprint);

    List<Gateway> gateways();

    void note(State state);

    /** The first one of each boot is kept: it is nearest to what the gateway stamped before it. */
    void heardClock(String gateway, long boot, Coincidence coincidence);

    /** Empty if the core never spoke to the gateway during that boot. */
    Optional<Coincidence> coincidence(String gateway, long boot);

    /** All were seen for the last time when the core went down. */
    void allDisconnected();

    List<State> states();
}
