package org.fieldward.core.clinical.stay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.fieldward.core.clinical.stay.Movement.Bed;

/**
 * A patient in a bed. Follows from all movements, so it does not matter in which order they were told.
 *
 * @param until excluded; empty while it lasts
 */
public record Stay(String patient, Bed bed, Instant from, Optional<Instant> until) {

    /**
     * Who was in that bed. A patient leaves a bed by coming to another one, by leaving, and when somebody else comes to it.
     *
     * @param movements all of every patient who came to that bed
     * @return by {@code from}, never overlapping, none empty
     */
    public static List<Stay> in(Bed bed, Collection<Movement> movements) {
        var told = Comparator.comparing(Movement::at).thenComparingLong(Movement::number);
        Map<String, List<Movement>> byPatient =
                movements.stream().sorted(told).collect(Collectors.groupingBy(Movement::patient));
        record Begun(Movement by, Optional<Instant> until) {}
        var begun = new ArrayList<Begun>();
        byPatient.forEach((patient, own) -> {
            Optional<Movement> since = Optional.empty();
            for (Movement movement : own) {
                if (since.isPresent() && movement.endsStayIn(bed)) {
                    begun.add(new Begun(since.get(), Optional.of(movement.at())));
                    since = Optional.empty();
                } else if (since.isEmpty() && movement.place().equals(Optional.of(bed))) {
                    since = Optional.of(movement);
                }
            }
            since.ifPresent(lasting -> begun.add(new Begun(lasting, Optional.empty())));
        });
        begun.sort(Comparator.comparing(Begun::by, told));
        var stays = new ArrayList<Stay>();
        for (int i = 0; i < begun.size(); i++) {
            Movement by = begun.get(i).by();
            Optional<Instant> end = begun.get(i).until();
            if (i + 1 < begun.size()) {
                end = Optional.of(earlier(end, begun.get(i + 1).by().at()));
            }
            if (end.map(until -> until.isAfter(by.at())).orElse(true)) {
                stays.add(new Stay(by.patient(), bed, by.at(), end));
            }
        }
        return stays;
    }

    static Instant earlier(Optional<Instant> end, Instant other) {
        return end.isPresent() && end.get().isBefore(other) ? end.get() : other;
    }

    boolean covers(Instant instant) {
        return !instant.isBefore(from) && until.map(instant::isBefore).orElse(true);
    }
}
