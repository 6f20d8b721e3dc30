package org.fieldward.edge.buffer.quota;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The losses that nobody was told of yet, put together by device, lane and reason, so that they stay few however long the
 * disk is full. Each has a number of its own, as long as it is here. Immutable.
 */
public final class GapBook {

    /** More devices than a ward has; the losses of any beyond are counted together. */
    private static final int MAX_OPEN = 1000;

    public static final GapBook EMPTY = new GapBook(Map.of(), 1);

    private final Map<Loss.Key, Open> open;
    private final long next;

    /** @param number ascending from 1 */
    public record Open(long number, Loss loss) {}

    private GapBook(Map<Loss.Key, Open> open, long next) {
        this.open = open;
        this.next = next;
    }

    /** As it was kept; numbers ascending. */
    public static GapBook of(List<Open> kept) {
        var open = new LinkedHashMap<Loss.Key, Open>();
        kept.forEach(one -> open.put(one.loss().key(), one));
        return new GapBook(open, kept.isEmpty() ? 1 : kept.getLast().number() + 1);
    }

    public GapBook plus(Collection<Loss> losses) {
        if (losses.isEmpty()) {
            return this;
        }
        var all = new LinkedHashMap<>(open);
        long number = next;
        for (Loss loss : losses) {
            Loss told = all.containsKey(loss.key()) || all.size() < MAX_OPEN ? loss : loss.unnamed();
            Open before = all.get(told.key());
            all.put(
                    told.key(),
                    before == null
                            ? new Open(number++, told)
                            : new Open(before.number(), before.loss().plus(told)));
        }
        return new GapBook(all, number);
    }

    public Collection<Open> open() {
        return List.copyOf(open.values());
    }

    public List<Loss> losses() {
        return open.values().stream().map(Open::loss).toList();
    }

    public boolean isEmpty() {
        return open.isEmpty();
    }

    /** What is new or grew since then. */
    public List<Open> since(GapBook before) {
        Set<Open> known = new HashSet<>(before.open.values());
        return open.values().stream().filter(one -> !known.contains(one)).toList();
    }
}
