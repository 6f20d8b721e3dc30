package org.fieldward.core.completeness;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldward.core.observation.tally.Tallies;

/** Tallies in memory, told per span. */
public final class FakeTallies implements Tallies {

    public static final Tally NOTHING = new Tally(Map.of(), Count.NONE, Set.of(), 0, 0, 0, Map.of(), List.of());

    public final Map<Span, Tally> all = new HashMap<>();
    public final List<Marks> asked = new ArrayList<>();

    @Override
    public List<Tally> count(List<Span> spans, Marks marks) {
        asked.add(marks);
        return spans.stream().map(span -> all.getOrDefault(span, NOTHING)).toList();
    }

    @Override
    public Map<String, Long> unplaced(Instant from, Instant until) {
        return Map.of();
    }

    /** A fresh Ed25519 pair. */
    public static KeyPair keyPair() {
        try {
            return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
