package org.fieldward.core.registry;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.proto.clock.Coincidence;

/** The gateways in memory, for tests that are not about the store. */
public final class MemoryGateways implements Gateways {

    private record Token(ByteString digest, Instant until) {}

    private final InstantSource clock;
    private final Map<String, Instant> added = new TreeMap<>();
    private final Map<String, Token> tokens = new HashMap<>();
    private final Map<String, String> certificates = new HashMap<>();
    private final Set<String> revoked = new HashSet<>();
    private final Map<String, Coincidence> clocks = new HashMap<>();
    private final List<State> states = new ArrayList<>();

    public MemoryGateways(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public synchronized void admit(String gateway, byte[] tokenDigest, Instant until) {
        added.putIfAbsent(gateway, clock.instant());
        tokens.put(gateway, new Token(ByteString.copyFrom(tokenDigest), until));
    }

    @Override
    public synchronized boolean redeem(String gateway, byte[] tokenDigest) {
        Token token = tokens.get(gateway);
        if (token == null
                || !token.digest().equals(ByteString.copyFrom(tokenDigest))
                || !token.until().isAfter(clock.instant())) {
            return false;
        }
        tokens.remove(gateway);
        return true;
    }

    @Override
    public synchronized void certified(String gateway, String fingerprint, Instant validUntil) {
        certificates.put(fingerprint, gateway);
    }

    @Override
    public synchronized boolean revoke(String gateway) {
        tokens.remove(gateway);
        certificates.forEach((fingerprint, of) -> {
            if (of.equals(gateway)) {
                revoked.add(fingerprint);
            }
        });
        return added.containsKey(gateway);
    }

    @Override
    public synchronized Standing standing(String gateway, String fingerprint) {
        if (!gateway.equals(certificates.get(fingerprint)) || !added.containsKey(gateway)) {
            return Standing.UNKNOWN;
        }
        return revoked.contains(fingerprint) ? Standing.REVOKED : Standing.WELCOME;
    }

    @Override
    public synchronized List<Gateway> gateways() {
        return added.entrySet().stream()
                .map(one -> new Gateway(one.getKey(), one.getValue(), Optional.empty(), Optional.empty()))
                .toList();
    }

    @Override
    public synchronized void note(State state) {
        states.removeIf(one -> one.gateway().equals(state.gateway()));
        states.add(state);
    }

    @Override
    public synchronized void heardClock(String gateway, long boot, Coincidence coincidence) {
        clocks.putIfAbsent(gateway + "/" + boot, coincidence);
    }

    @Override
    public synchronized Optional<Coincidence> coincidence(String gateway, long boot) {
        return Optional.ofNullable(clocks.get(gateway + "/" + boot));
    }

    @Override
    public void allDisconnected() {
        // A new one knows of no session.
    }

    @Override
    public synchronized List<State> states() {
        return List.copyOf(states);
    }
}
