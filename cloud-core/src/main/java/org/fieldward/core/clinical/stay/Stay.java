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
        record Begun(Stay stay, long number) {}
        var begun = new ArrayList<Begun>();
        byPatient.forEach((patient, own) -> {
            for (int i = 0; i < own.size(); i++) {
                Movement movement = own.get(i);
                boolean isStart = movement.bed().equals(Optional.of(bed))
                        && (i == 0 || !own.get(i - 1).bed().equals(movement.bed()));
                if (isStart) {
                    Optional<Instant> left = own.subList(i + 1, own.size()).stream()
                            .filter(next -> !next.bed().equals(movement.bed()))
                            .map(Movement::at)
                            .findFirst();
                    begun.add(new Begun(new Stay(patient, bed, movement.at(), left), movement.number()));
                }
            }
        });
        begun.sort(Comparator.comparing((Begun one) -> one.stay().from()).thenComparingLong(Begun::number));
        var stays = new ArrayList<Stay>();
        for (int i = 0; i < begun.size(); i++) {
            Stay stay = begun.get(i).stay();
            Optional<Instant> end = stay.until();
            if (i + 1 < begun.size()) {
                end = Optional.of(earlier(end, begun.get(i + 1).stay().from()));
            }
            if (end.map(until -> until.isAfter(stay.from())).orElse(true)) {
                stays.add(new Stay(stay.patient(), bed, stay.from(), end));
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
