package org.fieldward.core.attribution;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.fieldward.core.attribution.Attribution.Candidate;
import org.fieldward.core.attribution.Attribution.Meeting;
import org.fieldward.core.attribution.Attribution.Origin;
import org.fieldward.core.attribution.Attribution.Reason;
import org.fieldward.core.attribution.Attribution.Refused;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.Snapshot;
import org.fieldward.core.registry.Snapshot.Known;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.jspecify.annotations.Nullable;

/**
 * What one transaction of the follower will write: decided here, in memory, before anything is written. Pure. Not
 * thread-safe.
 */
public final class Step {

    /**
     * @param device the registry's short number
     * @param kind of waveform, 0 for a reading
     */
    public record Key(int device, long measuredMicros, int kind) {
        public boolean isWaveform() {
            return kind != 0;
        }
    }

    /** @param patient the registry's short number, 0 while it waits for a binding */
    public record Row(Key key, int patient, StoredReading record) {
        public boolean isWaiting() {
            return patient == 0;
        }
    }

    private final Snapshot registry;
    private final DeviceClocks clocks;
    private final Map<Key, Row> stored = new HashMap<>();
    private final Map<Key, Row> written = new LinkedHashMap<>();
    private final List<Refused> refused = new ArrayList<>();
    private final List<Origin> accepted = new ArrayList<>();
    private final List<Origin> unbound = new ArrayList<>();

    /**
     * @param registry knows every device that will be added
     * @param clocks knows every correction that a candidate will have
     */
    public Step(Snapshot registry, DeviceClocks clocks) {
        this.registry = registry;
        this.clocks = clocks;
    }

    /** Tells what the store holds; each row that a candidate could meet must be told before it is added. */
    public void present(Collection<Row> rows) {
        rows.forEach(row -> stored.put(row.key(), row));
    }

    public void refuse(Collection<Refused> more) {
        refused.addAll(more);
    }

    public void add(Candidate candidate) {
        add(candidate, places(candidate));
    }

    /** @param places what {@link #places} says of it, which is not asked again */
    public void add(Candidate candidate, List<Key> places) {
        StoredReading arriving = candidate.record();
        @Nullable Row known = reported(places, arriving);
        Key key = known == null ? free(places) : known.key();
        @Nullable Row present = known == null ? row(key) : known;
        if (present == null) {
            StoredReading placed = arriving.getMeasuredMicros() == key.measuredMicros()
                    ? arriving
                    : arriving.toBuilder()
                            .setMeasuredMicros(key.measuredMicros())
                            .build();
            judged(arriving, write(key, candidate.device(), placed));
            return;
        }
        Meeting meeting = Attribution.meet(present.record(), arriving);
        Row now = meeting.merged().isPresent()
                ? write(key, candidate.device(), meeting.merged().get())
                : present;
        if (meeting.conflicting().isEmpty()) {
            judged(arriving, now);
        } else {
            refused.add(new Refused(
                    Attribution.origin(arriving),
                    Reason.CONFLICT,
                    "another value was stored for the same instant: " + String.join(", ", meeting.conflicting()),
                    Optional.of(candidate),
                    arriving.toByteString()));
        }
    }

    private @Nullable Row reported(List<Key> places, StoredReading arriving) {
        for (Key place : places) {
            @Nullable Row there = row(place);
            if (there != null && DeviceClocks.isOneReport(there.record(), arriving)) {
                return there;
            }
        }
        return null;
    }

    private @Nullable Row row(Key key) {
        @Nullable Row inHand = written.get(key);
        return inHand == null ? stored.get(key) : inHand;
    }

    /** Its own instant, or one right behind it if another reading was put right to the same; its own if all are taken. */
    private Key free(List<Key> places) {
        for (Key place : places.subList(0, Math.min(DeviceClocks.PLACES, places.size()))) {
            if (row(place) == null) {
                return place;
            }
        }
        return places.getFirst();
    }

    /** Every key under which rows must be told before the candidate is added: its own first. */
    public List<Key> places(Candidate candidate) {
        return clocks.places(key(candidate), candidate);
    }

    /** Looks again at a stored row after the bindings of its device changed. */
    public void review(Row row) {
        StoredReading record = row.record();
        Optional<Known<Patient>> patient =
                registry.servedBy(new DeviceId(record.getDevice()), Micros.instant(record.getMeasuredMicros()));
        if (patient.map(Known::number).orElse(0) != row.patient()) {
            stored.put(row.key(), row);
            Row now = write(row.key(), new DeviceId(record.getDevice()), record);
            if (!now.isWaiting()) {
                accepted.add(Attribution.origin(record));
            }
        }
    }

    public Key key(Candidate candidate) {
        int device = registry.number(candidate.device()).orElseThrow();
        return key(device, candidate.record());
    }

    public static Key key(int device, StoredReading record) {
        return new Key(
                device,
                record.getMeasuredMicros(),
                record.hasWaveform() ? record.getWaveform().getKind() : 0);
    }

    private void judged(StoredReading arriving, Row row) {
        if (row.isWaiting()) {
            unbound.add(Attribution.origin(arriving));
        } else {
            accepted.add(Attribution.origin(arriving));
        }
    }

    /** Versions count what was attributed and committed to; a waiting record keeps the number of the last such one. */
    private Row write(Key key, DeviceId device, StoredReading record) {
        @Nullable Row old = stored.get(key);
        int version = old == null ? 0 : old.record().getVersion();
        Optional<Known<Patient>> patient = registry.servedBy(device, Micros.instant(record.getMeasuredMicros()));
        StoredReading.Builder attributed =
                record.toBuilder().setVersion(version).clearPatient();
        patient.ifPresent(known ->
                attributed.setVersion(version + 1).setPatient(known.is().id()));
        Row row = new Row(key, patient.map(Known::number).orElse(0), attributed.build());
        written.put(key, row);
        return row;
    }

    /** Rows the store does not have. */
    public List<Row> fresh() {
        if (stored.isEmpty()) {
            return List.copyOf(written.values());
        }
        return written.values().stream()
                .filter(row -> !stored.containsKey(row.key()))
                .toList();
    }

    /** New versions of rows the store has. */
    public List<Row> changed() {
        if (stored.isEmpty()) {
            return List.of();
        }
        return written.values().stream()
                .filter(row -> stored.containsKey(row.key()))
                .toList();
    }

    /** A row of {@link #changed} as the store has it. */
    public Row before(Key key) {
        return Objects.requireNonNull(stored.get(key), "only a changed row was there before");
    }

    public List<Refused> refused() {
        return List.copyOf(refused);
    }

    /** Origins of readings that have a patient now. */
    public List<Origin> accepted() {
        return List.copyOf(accepted);
    }

    /** Origins of readings that wait for a binding. */
    public List<Origin> unbound() {
        return List.copyOf(unbound);
    }
}
