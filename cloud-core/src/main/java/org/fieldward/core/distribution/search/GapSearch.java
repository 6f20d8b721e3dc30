package org.fieldward.core.distribution.search;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.fieldward.core.fhir.FhirId;
import org.fieldward.core.fhir.GapMaker;
import org.fieldward.core.observation.gap.Gaps;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.proto.link.StoredGap;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;

/**
 * Which losses are asked for, in the words of a search for Observations.
 *
 * @param patients empty for all
 * @param devices empty for all
 * @param times some part of the loss must lie in them
 */
public record GapSearch(Optional<Set<String>> patients, Optional<Set<DeviceId>> devices, Times times) {

    /** More are not answered in part: what is left out would look like calm. */
    public static final int MAX_FOUND = 1_000;

    private static final int PAGE = 1_000;
    private static final Set<String> KNOWN = Set.of("patient", "subject", "device", "date");

    /** A gap, as far as it lies in a binding. */
    public record Found(Gaps.Stored gap, Binding binding) {

        /** The logical id of the Observation that shows it; one of a reading has dots. */
        public String id() {
            return "gap-" + gap.number() + "-" + binding.number();
        }
    }

    /**
     * @param known the devices that there are
     * @param now what an approximate date is measured from
     */
    public static GapSearch of(Map<String, String[]> parameters, List<DeviceId> known, Instant now) {
        Asked asked = Asked.parse(Searchable.OBSERVATION, parameters, false);
        for (String name : asked.values().keySet()) {
            if (!KNOWN.contains(name)) {
                throw new SearchException(name, "cannot be asked of losses: patient, subject, device and date can");
            }
        }
        for (String name : List.of("_count", "_sort", "_summary", "_total")) {
            if (parameters.containsKey(name)) {
                throw new SearchException(name, "has no meaning here: all losses are answered at once, oldest first");
            }
        }
        Optional<Set<DeviceId>> devices = References.ids(asked, "Device", "device")
                .map(ids -> ids.stream()
                        .flatMap(id -> FhirId.device(id, known).stream())
                        .collect(Collectors.toSet()));
        return new GapSearch(
                References.ids(asked, "Patient", "patient", "subject"), devices, Times.of(asked, "date", now));
    }

    /**
     * Oldest first.
     *
     * @throws SearchException if there are more than {@link #MAX_FOUND}
     */
    public List<Found> find(Gaps gaps, List<Binding> bindings) {
        var found = new ArrayList<Found>();
        if (times.ranges().isEmpty()) {
            return found;
        }
        long after = 0;
        while (true) {
            List<Gaps.Stored> page = gaps.find(new Gaps.Query(
                    Optional.empty(),
                    Optional.of(times.ranges().getFirst().from()),
                    Optional.of(times.ranges().getLast().until().minusNanos(1_000)),
                    after,
                    PAGE));
            for (Gaps.Stored gap : page) {
                bindings.stream()
                        .filter(binding -> touches(gap.record(), binding) && matches(gap.record(), binding))
                        .forEach(binding -> found.add(new Found(gap, binding)));
            }
            if (found.size() > MAX_FOUND) {
                throw new SearchException("date", "must be narrower: there are more than " + MAX_FOUND + " losses");
            }
            if (page.size() < PAGE) {
                found.sort((one, other) -> Long.compare(
                        one.gap().record().getFromMicros(), other.gap().record().getFromMicros()));
                return found;
            }
            after = page.getLast().number();
        }
    }

    /** Whether a loss could have this id. */
    public static boolean isId(String id) {
        return id.matches("gap-[1-9][0-9]{0,17}-[1-9][0-9]{0,17}");
    }

    /** The loss behind an id, if there is one. */
    public static Optional<Found> get(String id, Gaps gaps, List<Binding> bindings) {
        if (!isId(id)) {
            return Optional.empty();
        }
        String[] part = id.split("-");
        return gaps.get(Long.parseLong(part[1]))
                .flatMap(gap -> bindings.stream()
                        .filter(binding -> binding.number() == Long.parseLong(part[2]))
                        .filter(binding -> touches(gap.record(), binding))
                        .findFirst()
                        .map(binding -> new Found(gap, binding)));
    }

    private static boolean touches(StoredGap gap, Binding binding) {
        return GapMaker.isObserved(gap)
                && binding.device().name().equals(gap.getDevice())
                && !binding.from().isAfter(Micros.instant(gap.getToMicros()))
                && binding.until()
                        .map(until -> until.isAfter(binding.from())
                                && Micros.instant(gap.getFromMicros()).isBefore(until))
                        .orElse(true);
    }

    private boolean matches(StoredGap gap, Binding binding) {
        Instant from = later(Micros.instant(gap.getFromMicros()), binding.from());
        Instant to = Micros.instant(gap.getToMicros());
        Instant end = binding.until().filter(to::isAfter).orElse(to);
        return patients.map(ids -> ids.contains(binding.patient())).orElse(true)
                && devices.map(ids -> ids.contains(binding.device())).orElse(true)
                && times.ranges().stream()
                        .anyMatch(range -> from.isBefore(range.until()) && !end.isBefore(range.from()));
    }

    private static Instant later(Instant a, Instant b) {
        return a.isAfter(b) ? a : b;
    }
}
