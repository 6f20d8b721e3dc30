package org.fieldward.core.distribution.observe;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Key;
import org.fieldward.core.distribution.search.ObservationPages.Hit;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.fhir.FhirId;
import org.fieldward.core.fhir.ObservationId;
import org.fieldward.core.fhir.ResourceMaker;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.DeviceId;
import org.hl7.fhir.r4.model.Resource;

/** What is shown beside Observations: whom and what they name, and what names them. Nothing that is not seen. */
final class Includes {

    /** How many ids are asked for at once. */
    private static final int AT_ONCE = 20;

    private final Registry registry;
    private final Kept stored;
    private final Past past;
    private final Visibility visibility;
    private final ResourceMaker maker = new ResourceMaker();

    Includes(Registry registry, Kept stored, Past past, Visibility visibility) {
        this.registry = registry;
        this.stored = stored;
        this.past = past;
        this.visibility = visibility;
    }

    /**
     * @param asked each as {@code _include=…} or {@code _revinclude=…} says it
     * @param hits those of readings that are shown
     * @param kept ids of the stored ones that are shown
     */
    List<Resource> of(List<String> asked, List<Hit> hits, List<String> kept, Sight sight) {
        var included = new LinkedHashMap<String, Resource>();
        Set<String> own = new LinkedHashSet<>();
        for (String include : asked) {
            String value = include.substring(include.indexOf('=') + 1);
            if (!include.startsWith("_include=")) {
                continue;
            }
            boolean all = value.equals("*") || value.equals("Observation:*");
            if (all || value.equals("Observation:subject") || value.equals("Observation:patient")) {
                own.add("subject");
            }
            if (all || value.equals("Observation:device")) {
                own.add("device");
            }
        }
        for (Hit hit : hits) {
            StoredReading record = hit.observed().record();
            if (own.contains("subject")) {
                patient(record.getPatient(), sight).ifPresent(one -> put(included, one));
            }
            if (own.contains("device")) {
                device(new DeviceId(record.getDevice()), sight).ifPresent(one -> put(included, one));
            }
        }
        if (!kept.isEmpty() && !asked.isEmpty()) {
            ofStored(asked, kept, sight).forEach(one -> put(included, one));
        }
        asked.stream()
                .filter(include -> include.startsWith("_revinclude="))
                .map(include -> include.substring(include.indexOf('=') + 1))
                .forEach(value -> referring(value, hits, sight).forEach(one -> put(included, one)));
        return List.copyOf(included.values());
    }

    private static void put(Map<String, Resource> included, Resource resource) {
        included.putIfAbsent(resource.fhirType() + "/" + resource.getIdElement().getIdPart(), resource);
    }

    private Optional<Resource> patient(String id, Sight sight) {
        return kept(new Key("Patient", id), sight)
                .or(() -> registry.patient(id).filter(known -> sees(sight, id)).map(maker::patient));
    }

    private boolean sees(Sight sight, String patient) {
        return visibility
                .scope(sight)
                .map(scope -> scope.patients().contains(patient))
                .orElse(true);
    }

    private Optional<Resource> device(DeviceId id, Sight sight) {
        return kept(new Key("Device", FhirId.ofDevice(id)), sight)
                .or(() -> registry.device(id)
                        .filter(known -> visibility
                                .scope(sight)
                                .map(scope -> scope.devices().contains(id))
                                .orElse(true))
                        .map(known -> maker.device(known, Optional.empty())));
    }

    private Optional<Resource> kept(Key key, Sight sight) {
        return stored.read(key, sight).filter(version -> !version.isDeleted()).map(Json::resource);
    }

    private List<Resource> ofStored(List<String> asked, List<String> kept, Sight sight) {
        var found = new ArrayList<Resource>();
        for (int i = 0; i < kept.size(); i += AT_ONCE) {
            List<String> some = kept.subList(i, Math.min(kept.size(), i + AT_ONCE));
            var parameters = new LinkedHashMap<String, List<String>>();
            parameters.put("_id", List.of(String.join(",", some)));
            parameters.put("_count", List.of(Integer.toString(AT_ONCE)));
            for (String include : asked) {
                int equals = include.indexOf('=');
                parameters
                        .computeIfAbsent(include.substring(0, equals), unseen -> new ArrayList<>())
                        .add(include.substring(equals + 1));
            }
            stored.search("Observation", parameters, Optional.empty(), sight).included().stream()
                    .map(Json::resource)
                    .forEach(found::add);
        }
        return found;
    }

    /** @param value {@code Type:parameter}, such as {@code Provenance:target} */
    private List<Resource> referring(String value, List<Hit> hits, Sight sight) {
        String[] part = value.split(":");
        if (part.length < 2 || part[1].equals("*")) {
            throw new SearchException("_revinclude", "must be Type:parameter");
        }
        var found = new ArrayList<Resource>();
        var references = new ArrayList<String>();
        for (Hit hit : hits) {
            StoredReading record = hit.observed().record();
            var id = new ObservationId(new DeviceId(record.getDevice()), record.getMeasuredMicros(), hit.parameter());
            references.add("Observation/" + id);
            if (value.startsWith("Provenance:target") && record.getVersion() > 1) {
                found.addAll(past.provenances(id, sight));
            }
        }
        for (int i = 0; i < references.size(); i += AT_ONCE) {
            String some = String.join(",", references.subList(i, Math.min(references.size(), i + AT_ONCE)));
            Optional<String> place = Optional.empty();
            do {
                Kept.Found page = stored.search(part[0], Map.of(part[1], List.of(some)), place, sight);
                page.matches().stream()
                        .filter(version -> !version.isDeleted())
                        .map(Json::resource)
                        .forEach(found::add);
                place = page.next();
            } while (place.isPresent() && found.size() < 1_000);
        }
        return found;
    }
}
