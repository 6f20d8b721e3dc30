package org.fieldward.core.distribution.observe;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.HistoryQuery;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.search.GapSearch;
import org.fieldward.core.fhir.ObservationId;
import org.fieldward.core.fhir.ObservationMaker;
import org.fieldward.core.fhir.ProvenanceMaker.ProvenanceId;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.registry.Registry;
import org.hl7.fhir.r4.model.Observation;

/** Single Observations and their versions, whether they are made of a reading or stored. Thread-safe. */
public final class Observations {

    private static final int MAX_VERSIONS = 1_000;

    /** What became of a read. */
    public sealed interface Answer {

        record There(Observation observation) implements Answer {}

        /** It was there, and versions of it can be read. */
        record Gone() implements Answer {}

        /** Or it cannot be seen. */
        record Missing() implements Answer {}
    }

    /** @param observation empty for the version that says that it is gone */
    public record Entry(Optional<Observation> observation, boolean first, Instant at) {}

    private final Registry registry;
    private final Kept stored;
    private final Past past;
    private final ObservationMaker maker = new ObservationMaker();

    public Observations(Registry registry, Kept stored, Past past) {
        this.registry = registry;
        this.stored = stored;
        this.past = past;
    }

    /** Whether nothing can be stored under this id, because it is that of an Observation of a reading or of a loss. */
    public boolean isMade(String id) {
        return GapSearch.isId(id) || ofReading(id).isPresent();
    }

    /** Whether it is the id of a Provenance that says why an Observation of a reading was corrected. */
    public boolean isProvenance(String id) {
        return ProvenanceId.parse(
                        id, registry.devices().stream().map(Registry.Device::id).toList())
                .isPresent();
    }

    /** Why a write to an id for which {@link #isMade} holds is refused. */
    public static final String NOT_WRITTEN =
            "this is made of what a device measured, which is never changed: correct the binding, that is whom"
                    + " the device served (/api/v1/bindings), or store another Observation";

    public Answer read(String id, Sight sight) {
        Optional<ObservationId> reading = ofReading(id);
        if (reading.isPresent()) {
            List<Observed> versions = past.versions(reading.get(), sight);
            if (versions.isEmpty()) {
                return new Answer.Missing();
            }
            Observed newest = versions.getLast();
            return newest.replacedAt().isPresent() ? new Answer.Gone() : new Answer.There(make(newest, reading.get()));
        }
        return Key.isId(id) ? answer(stored.read(new Key("Observation", id), sight)) : new Answer.Missing();
    }

    public Answer version(String id, String version, Sight sight) {
        if (!version.matches("[1-9][0-9]{0,8}")) {
            return new Answer.Missing();
        }
        Optional<ObservationId> reading = ofReading(id);
        if (reading.isPresent()) {
            return past.version(reading.get(), Integer.parseInt(version), sight)
                    .<Answer>map(found -> new Answer.There(make(found, reading.get())))
                    .orElse(new Answer.Missing());
        }
        return Key.isId(id)
                ? answer(stored.read(new Key("Observation", id), Long.parseLong(version), sight))
                : new Answer.Missing();
    }

    /** Newest first; empty if there is none, or none that can be seen. */
    public List<Entry> history(String id, Sight sight) {
        Optional<ObservationId> reading = ofReading(id);
        var entries = new ArrayList<Entry>();
        if (reading.isPresent()) {
            List<Observed> versions = past.versions(reading.get(), sight);
            for (Observed version : versions) {
                Observation observation = make(version, reading.get());
                entries.addFirst(new Entry(
                        Optional.of(observation),
                        version.record().getVersion() == 1,
                        observation.getMeta().getLastUpdated().toInstant()));
            }
            if (!versions.isEmpty()) {
                versions.getLast()
                        .replacedAt()
                        .ifPresent(at -> entries.addFirst(new Entry(Optional.empty(), false, at)));
            }
        } else if (Key.isId(id)) {
            for (Version version : stored.history(HistoryQuery.of(new Key("Observation", id), MAX_VERSIONS), sight)) {
                entries.add(new Entry(
                        version.isDeleted() ? Optional.empty() : Optional.of(Json.observation(version)),
                        version.kind() == Version.Kind.CREATED,
                        version.updatedAt()));
            }
        }
        return entries;
    }

    /** The reading behind an Observation. */
    public Optional<Observed> reading(String id, Sight sight) {
        return ofReading(id)
                .flatMap(known -> past.versions(known, sight).stream()
                        .filter(version -> version.replacedAt().isEmpty())
                        .findFirst());
    }

    /** One version of the reading behind an Observation. */
    public Optional<Observed> reading(String id, long version, Sight sight) {
        return version > Integer.MAX_VALUE
                ? Optional.empty()
                : ofReading(id).flatMap(known -> past.version(known, (int) version, sight));
    }

    private Optional<ObservationId> ofReading(String id) {
        return ObservationId.parse(
                id, registry.devices().stream().map(Registry.Device::id).toList());
    }

    private Observation make(Observed observed, ObservationId id) {
        return maker.make(observed.record(), id.parameter(), observed.changedAt());
    }

    private static Answer answer(Optional<Version> version) {
        if (version.isEmpty()) {
            return new Answer.Missing();
        }
        return version.get().isDeleted() ? new Answer.Gone() : new Answer.There(Json.observation(version.get()));
    }
}
