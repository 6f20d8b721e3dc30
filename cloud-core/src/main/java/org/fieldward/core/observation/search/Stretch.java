package org.fieldward.core.observation.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;

/**
 * Where to look for an answer: a device, from (included) and until (excluded) in microseconds.
 *
 * @param whole everything there may be seen, not only what belongs to the patients of the query's scope
 */
record Stretch(int number, DeviceId device, long from, long until, boolean whole) {

    /** @param again look once more at the very instant that the query continues behind */
    static List<Stretch> of(Snapshot known, ReadingQuery query, boolean again) {
        long from = query.from().map(Micros::of).orElse(Long.MIN_VALUE);
        long until = query.until().map(Micros::of).orElse(Long.MAX_VALUE);
        var stretches = new ArrayList<Stretch>();
        known.devices().forEach((id, device) -> {
            if (query.device().isEmpty() || query.device().get().equals(id)) {
                boolean all = query.scope()
                        .map(scope -> scope.devices().contains(id)
                                || query.patient()
                                        .filter(scope.patients()::contains)
                                        .isPresent())
                        .orElse(true);
                Stretch whole = new Stretch(device.number(), id, from, until, all);
                Stretch served = query.patient().isPresent()
                        ? served(known, Set.of(query.patient().get()), whole)
                        : whole;
                if (!all) {
                    served = served(known, query.scope().get().patients(), served);
                }
                Stretch asked = served;
                Stretch left = query.after()
                        .map(position -> behind(position, query.newestFirst(), again, asked))
                        .orElse(asked);
                if (left.from() < left.until()) {
                    stretches.add(left);
                }
            }
        });
        return stretches;
    }

    /** From the first to the last binding of one of the patients to this device; empty if there was none. */
    private static Stretch served(Snapshot known, Set<String> patients, Stretch whole) {
        long from = Long.MAX_VALUE;
        long until = Long.MIN_VALUE;
        for (Binding binding : known.bindings().getOrDefault(whole.device(), List.of())) {
            if (patients.contains(binding.patient())) {
                from = Math.min(from, Micros.of(binding.from()));
                until = Math.max(until, binding.until().map(Micros::of).orElse(Long.MAX_VALUE));
            }
        }
        return whole.between(Math.max(from, whole.from()), Math.min(until, whole.until()));
    }

    private Stretch between(long first, long end) {
        return new Stretch(number, device, first, end, whole);
    }

    private static Stretch behind(Position position, boolean newestFirst, boolean again, Stretch stretch) {
        long instant = Micros.of(position.measuredAt());
        int order = stretch.device().compareTo(position.device());
        if (newestFirst) {
            long until = order < 0 || (again && order == 0) ? instant + 1 : instant;
            return stretch.between(stretch.from(), Math.min(stretch.until(), until));
        }
        long from = order > 0 || (again && order == 0) ? instant : instant + 1;
        return stretch.between(Math.max(stretch.from(), from), stretch.until());
    }
}
