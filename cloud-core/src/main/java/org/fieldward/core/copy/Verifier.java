package org.fieldward.core.copy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.core.chart.Inventory;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.copy.document.Document;
import org.fieldward.core.copy.document.DocumentStore;
import org.fieldward.core.copy.document.Held;

/**
 * Compares a copy with the chart, range by range: one sum over each, and document by document only where the sums differ.
 * What seems wrong is looked at again in the copy's turn, when nothing is on its way. Thread-safe.
 */
public final class Verifier {

    private static final int PAGE = 256;

    private final Copy copy;
    private final Inventory inventory;
    private final States states;
    private final InstantSource clock;

    public Verifier(Copy copy, Inventory inventory, States states, InstantSource clock) {
        this.copy = copy;
        this.inventory = inventory;
        this.states = states;
        this.clock = clock;
    }

    /**
     * @param mend whether to put right what is wrong
     * @throws CopyException if the store failed; what was mended by then stays so, and the result is not kept
     */
    public Drift verify(boolean mend) {
        Instant begun = clock.instant();
        var walk = new Walk(mend);
        inventory.walk(PAGE, walk::take);
        walk.end();
        if (mend) {
            states.accepted(copy.name(), begun);
        }
        Instant ended = clock.instant();
        states.verified(
                copy.name(),
                new States.Verification(ended, Duration.between(begun, ended).toMillis(), walk.drift));
        return walk.drift;
    }

    private final class Walk {

        private final boolean mend;
        private Optional<Key> after = Optional.empty();
        private Drift drift = Drift.NONE;

        Walk(boolean mend) {
            this.mend = mend;
        }

        void take(List<Version> versions) {
            List<Document> documents = versions.stream().map(Document::of).toList();
            range(Optional.of(documents.getLast().key()), documents);
        }

        /** Behind the last of ours there should be nothing. */
        void end() {
            range(Optional.empty(), List.of());
        }

        private void range(Optional<Key> upTo, List<Document> documents) {
            drift = drift.plus(new Drift(documents.size(), 0, 0, 0, 0));
            if (!copy.store().sum(after, upTo).equals(copy.store().sumOf(documents))) {
                compare(upTo, documents);
            }
            after = upTo;
        }

        private void compare(Optional<Key> upTo, List<Document> documents) {
            Map<Key, Held> ours = new HashMap<>();
            documents.forEach(document -> ours.put(document.key(), document.held()));
            var suspects = new LinkedHashSet<>(ours.keySet());
            Optional<Key> from = after;
            while (true) {
                List<Held> page = copy.store().held(from, upTo, PAGE);
                for (Held held : page) {
                    if (held.equals(ours.get(held.key()))) {
                        suspects.remove(held.key());
                    } else {
                        suspects.add(held.key());
                    }
                }
                if (suspects.size() >= PAGE) {
                    // Ours stay among them: what is missing is known only at the end of the range.
                    settle(suspects.stream()
                            .filter(key -> !ours.containsKey(key))
                            .toList());
                    suspects.retainAll(ours.keySet());
                }
                if (page.size() < PAGE) {
                    break;
                }
                from = Optional.of(page.getLast().key());
            }
            settle(List.copyOf(suspects));
        }

        private void settle(List<Key> suspects) {
            if (suspects.isEmpty()) {
                return;
            }
            copy.turn().take(position -> {
                Map<Key, Document> wanted = new HashMap<>();
                inventory.asOf(position, suspects).forEach(version -> wanted.put(version.key(), Document.of(version)));
                Map<Key, Held> found = copy.store().held(suspects);
                var mends = new ArrayList<DocumentStore.Mend>();
                for (Key key : suspects) {
                    Optional<Document> want = Optional.ofNullable(wanted.get(key));
                    Optional<Held> seen = Optional.ofNullable(found.get(key));
                    if (!want.map(Document::held).equals(seen)) {
                        mends.add(new DocumentStore.Mend(key, seen, want));
                    }
                }
                mends.forEach(this::count);
                if (mend && !mends.isEmpty()) {
                    put(mends);
                }
                return OptionalLong.empty();
            });
        }

        private void count(DocumentStore.Mend found) {
            boolean missing = found.seen().isEmpty();
            boolean extra = found.wanted().isEmpty();
            drift = drift.plus(new Drift(0, missing ? 1 : 0, extra ? 1 : 0, missing || extra ? 0 : 1, 0));
        }

        private void put(List<DocumentStore.Mend> mends) {
            Set<Key> refused = copy.store().mend(mends);
            states.refused(copy.name(), refused, clock.instant());
            drift = drift.plus(new Drift(0, 0, 0, 0, mends.size() - refused.size()));
        }
    }
}
