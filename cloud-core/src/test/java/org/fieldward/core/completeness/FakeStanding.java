package org.fieldward.core.completeness;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.fieldward.core.journal.Standing;

/** A journal's standing in memory. */
public final class FakeStanding implements Standing {

    public final List<Held> held = new ArrayList<>();
    public long unread;

    @Override
    public List<Held> held() {
        return List.copyOf(held);
    }

    @Override
    public Map<String, Instant> copies() {
        return Map.of();
    }

    @Override
    public long unread(String follower) {
        return unread;
    }
}
