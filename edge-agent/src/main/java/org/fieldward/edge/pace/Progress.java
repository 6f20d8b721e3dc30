package org.fieldward.edge.pace;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** When the backlog will be done, by how it shrank lately: what comes in meanwhile is reckoned with. For one thread. */
public final class Progress {

    /** Long enough that a batch more or less does not matter. */
    private static final long LOOKS_BACK = 30_000;

    private static final long EVERY = 1_000;

    private static final Duration LONGEST = Duration.ofDays(365);

    private final Deque<Seen> seen = new ArrayDeque<>();

    private record Seen(long at, long waiting) {}

    /** True if it was not told within the last second. */
    public boolean isDue(long now) {
        return seen.isEmpty() || now - seen.getLast().at() >= EVERY;
    }

    /** How many records wait now. */
    public void saw(long waiting, long now) {
        seen.addLast(new Seen(now, waiting));
        while (now - seen.getFirst().at() > LOOKS_BACK) {
            seen.removeFirst();
        }
    }

    /** The link is not there: what was before says nothing about what will be. */
    public void stopped() {
        seen.clear();
    }

    /** Records that wait, as last told. */
    public long waiting() {
        return seen.isEmpty() ? 0 : seen.getLast().waiting();
    }

    /** Empty while nobody can know: nothing was seen yet, or it does not shrink. */
    public Optional<Duration> left() {
        if (seen.size() < 2) {
            return Optional.empty();
        }
        long done = seen.getFirst().waiting() - seen.getLast().waiting();
        long took = seen.getLast().at() - seen.getFirst().at();
        if (seen.getLast().waiting() == 0) {
            return Optional.of(Duration.ZERO);
        }
        if (done <= 0) {
            return Optional.empty();
        }
        var left = Duration.ofMillis((long) ((double) seen.getLast().waiting() * took / done));
        return left.compareTo(LONGEST) > 0 ? Optional.empty() : Optional.of(left);
    }
}
