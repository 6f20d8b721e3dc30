package org.fieldward.core.distribution.api.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.Territory;
import org.fieldward.core.distribution.api.answer.Answers;
import org.fieldward.core.distribution.live.Lines;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.registry.BedOrder;
import org.fieldward.core.registry.Registry;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Parameter;

/**
 * What a screen shows before the stream tells it more: who lies where, and enough of the newest readings to have the
 * current value of everything measured in the last hour, with its age.
 */
public final class Ward {

    private static final Duration SHOWN = Duration.ofHours(1);
    private static final int NEWEST = 60;

    /** Whoever has no bed comes behind all who have one. */
    private static final Comparator<Place> ORDER = Comparator.comparing(
                    (Place place) -> place.bed().isEmpty())
            .thenComparing(place -> place.bed().orElse(place.binding().device().name()), new BedOrder())
            .thenComparing(place -> place.binding().patient());

    private final Registry registry;
    private final Readings readings;
    private final Territory territory;

    private record Place(Binding binding, Optional<Device> device) {
        Optional<String> bed() {
            return device.flatMap(Device::bed);
        }
    }

    public Ward(Registry registry, Readings readings, Territory territory) {
        this.registry = registry;
        this.readings = readings;
        this.territory = territory;
    }

    /** Ordered by bed as people count, then patient. */
    public ObjectNode at(Instant now, Sight sight) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("now", Lines.time(now));
        ArrayNode beds = json.putArray("patients");
        registry.bindings().stream()
                .filter(binding -> !binding.from().isAfter(now)
                        && binding.until().map(now::isBefore).orElse(true))
                .filter(binding -> territory.seesPatient(sight, binding.patient()))
                .map(binding -> new Place(binding, registry.device(binding.device())))
                .sorted(ORDER)
                .forEach(place -> add(beds.addObject(), place, now));
        return json;
    }

    private void add(ObjectNode json, Place place, Instant now) {
        Binding binding = place.binding();
        json.put("patient", binding.patient());
        registry.patient(binding.patient())
                .ifPresent(patient -> json.put("family", patient.family()).put("given", patient.given()));
        json.put("device", binding.device().name());
        place.bed().ifPresent(bed -> json.put("bed", bed));
        place.device().flatMap(Device::gateway).ifPresent(gateway -> json.put("gateway", gateway));
        ArrayNode newest = json.putArray("readings");
        for (Observed observed : newest(binding, now)) {
            try {
                newest.add(Answers.JSON.readTree(Lines.reading(observed.record())));
            } catch (JsonProcessingException e) {
                throw new IllegalStateException("a reading's line is JSON", e);
            }
        }
    }

    /** Oldest first. */
    private List<Observed> newest(Binding binding, Instant now) {
        var found = new TreeMap<Long, Observed>();
        var unseen = new HashSet<Parameter>();
        Catalogue.standard().all().stream()
                .filter(parameter -> !parameter.isPanel())
                .forEach(unseen::add);
        Instant from = binding.from().isAfter(now.minus(SHOWN)) ? binding.from() : now.minus(SHOWN);
        for (Observed observed : find(binding, from, Set.of(), NEWEST)) {
            keep(found, unseen, observed);
        }
        // What is measured seldom lies behind the newest readings: each look finds at least one more of it.
        while (found.size() >= NEWEST && !unseen.isEmpty()) {
            List<Observed> seldom = find(binding, from, unseen, 1);
            if (seldom.isEmpty()) {
                break;
            }
            keep(found, unseen, seldom.getFirst());
        }
        return List.copyOf(found.values());
    }

    private List<Observed> find(Binding binding, Instant from, Set<Parameter> parameters, int limit) {
        return readings.find(new ReadingQuery(
                Optional.of(binding.patient()),
                Optional.of(binding.device()),
                parameters,
                Optional.of(from),
                Optional.empty(),
                true,
                Optional.empty(),
                limit));
    }

    private static void keep(TreeMap<Long, Observed> found, Set<Parameter> unseen, Observed observed) {
        found.put(observed.record().getMeasuredMicros(), observed);
        for (int number : observed.record().getParameterList()) {
            unseen.remove(Catalogue.standard().parameter(number));
        }
    }
}
