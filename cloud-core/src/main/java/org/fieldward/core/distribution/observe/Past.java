package org.fieldward.core.distribution.observe;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.fhir.ObservationId;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.fhir.ProvenanceMaker;
import org.fieldward.core.fhir.ProvenanceMaker.ProvenanceId;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.observation.Waveforms;
import org.fieldward.core.registry.Registry;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.WaveformKind;
import org.hl7.fhir.r4.model.Provenance;
import org.jspecify.annotations.Nullable;

/**
 * What an Observation of a reading was before it was corrected. Each version is seen by whoever may see the patient whom
 * it named: who may see only the former does not learn of the present one. Thread-safe.
 */
public final class Past {

    private final Registry registry;
    private final Readings readings;
    private final Waveforms waveforms;
    private final Visibility visibility;
    private final ObservationMaker maker = new ObservationMaker();
    private final ProvenanceMaker provenances = new ProvenanceMaker();

    public Past(Registry registry, Readings readings, Waveforms waveforms, Visibility visibility) {
        this.registry = registry;
        this.readings = readings;
        this.waveforms = waveforms;
        this.visibility = visibility;
    }

    /** The versions that are seen, oldest first; the last may be a former one where the present is not seen. */
    List<Observed> versions(ObservationId id, Sight sight) {
        return all(id).stream()
                .filter(version -> visibility.sees(sight, version.record()))
                .toList();
    }

    Optional<Observed> version(ObservationId id, int number, Sight sight) {
        return versions(id, sight).stream()
                .filter(version -> version.record().getVersion() == number)
                .findFirst();
    }

    /** Why a version took the place of the one before; who sees the version sees it. */
    public Optional<Provenance> provenance(String id, Sight sight) {
        return ProvenanceId.parse(id, devices())
                .flatMap(known -> provenances(known.observation(), sight).stream()
                        .filter(provenance ->
                                provenance.getIdElement().getIdPart().equals(id))
                        .findFirst());
    }

    /** Oldest first, one for each version but the first. */
    public List<Provenance> provenances(ObservationId id, Sight sight) {
        List<Observed> versions = all(id);
        var made = new ArrayList<Provenance>();
        for (int i = 1; i < versions.size(); i++) {
            Observed before = versions.get(i - 1);
            Observed after = versions.get(i);
            var named = new ProvenanceId(id, after.record().getVersion());
            if (named.isId() && visibility.sees(sight, after.record())) {
                Instant recorded =
                        after.changedAt().or(before::replacedAt).orElse(ObservationMaker.arrived(after.record()));
                made.add(provenances.make(named, before.record(), after.record(), recorded));
            }
        }
        return made;
    }

    /**
     * Those of which a resource is the target.
     *
     * @param type empty where it was not said
     */
    public List<Provenance> provenances(@Nullable String type, String id, Sight sight) {
        return type == null || type.equals("Observation")
                ? ObservationId.parse(id, devices())
                        .map(known -> provenances(known, sight))
                        .orElse(List.of())
                : List.of();
    }

    private List<Observed> all(ObservationId id) {
        var position = new Position(id.device(), Micros.instant(id.measuredMicros()));
        var versions = new ArrayList<Observed>();
        switch (id.parameter()) {
            case Parameter parameter -> {
                versions.addAll(readings.history(position));
                readings.get(position).ifPresent(versions::add);
            }
            case WaveformKind kind -> {
                versions.addAll(waveforms.history(position, kind));
                waveforms.get(position, kind).ifPresent(versions::add);
            }
        }
        versions.removeIf(version -> !maker.observed(version.record()).contains(id.parameter()));
        return versions;
    }

    private List<DeviceId> devices() {
        return registry.devices().stream().map(Registry.Device::id).toList();
    }
}
