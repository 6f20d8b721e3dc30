package org.fieldward.core.observation.follower;

import com.google.protobuf.ByteString;
import com.zaxxer.hikari.HikariDataSource;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.fieldward.core.app.database.TestDatabase;
import org.fieldward.core.attribution.Attribution;
import org.fieldward.core.attribution.Step;
import org.fieldward.core.fhir.terminology.Verdict;
import org.fieldward.core.journal.Journal;
import org.fieldward.core.journal.Journal.Arrival;
import org.fieldward.core.journal.SqlJournal;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.alarm.SqlAlarms;
import org.fieldward.core.observation.commitment.Commitments;
import org.fieldward.core.observation.commitment.SqlCommitments;
import org.fieldward.core.observation.quarantine.SqlQuarantine;
import org.fieldward.core.observation.search.SqlReadings;
import org.fieldward.core.observation.search.SqlWaveforms;
import org.fieldward.core.registry.Registry.BindResult.Bound;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.core.registry.Registry.Device;
import org.fieldward.core.registry.Registry.Patient;
import org.fieldward.core.registry.SqlGateways;
import org.fieldward.core.registry.SqlRegistry;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** A small ward on a real database; the follower is stepped by hand. */
public final class Ward implements AutoCloseable {

    public static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    public static final DeviceId BED = new DeviceId("bed-1");
    public static final Parameter HEART_RATE = Catalogue.standard().key("heart-rate");
    public static final Parameter SPO2 = Catalogue.standard().key("spo2");

    public final HikariDataSource database = TestDatabase.fresh();
    public final InstantSource clock = () -> NOON;
    public final Journal journal = new SqlJournal(database);
    public final SqlRegistry registry = new SqlRegistry(database, clock);
    public final SqlGateways gateways = new SqlGateways(database, clock);
    public final SqlReadings readings = new SqlReadings(database, registry::snapshot);
    public final Commitments commitments = new SqlCommitments(database);
    public final SqlWaveforms waveforms = new SqlWaveforms(database, registry::snapshot);
    public final SqlAlarms alarms = new SqlAlarms(database, registry::snapshot);
    public final SqlQuarantine quarantine = new SqlQuarantine(database);
    public final List<Step> steps = new ArrayList<>();
    public final List<Observed> heard = new ArrayList<>();
    public final ObservationFollower follower;
    private long sequence = 1;

    public Ward() {
        this(reading -> new Verdict.Accepted());
    }

    public Ward(Function<Reading, Verdict> check) {
        follower = follower(check, journal);
        readings.listen(heard::addAll);
    }

    public ObservationFollower follower(Function<Reading, Verdict> check, Journal from) {
        return new ObservationFollower(
                database,
                from,
                registry,
                new Attribution(check, gateways::coincidence),
                new ObservationFollower.Outlets(readings, alarms, steps::add),
                new Random(1),
                clock);
    }

    public void patient(String id) {
        registry.putPatient(new Patient(id, "mrn-" + id, "Doe", "Jo", Optional.empty(), "unknown", NOON));
    }

    public void device(DeviceId id) {
        registry.putDevice(new Device(id, "monitor", Optional.empty(), Optional.empty(), NOON));
    }

    public Binding bind(DeviceId device, String patient, Instant from, Optional<Instant> until) {
        if (registry.device(device).isEmpty()) {
            device(device);
        }
        if (registry.patient(patient).isEmpty()) {
            patient(patient);
        }
        return ((Bound) registry.bind(device, patient, from, until)).binding();
    }

    public static Stamp stamp(Instant measured) {
        return new Stamp(Optional.of(measured), measured, 1, 1, ClockState.SYNCHRONISED);
    }

    public static Reading reading(DeviceId device, Instant measured, Value... values) {
        return new Reading(device, stamp(measured), List.of(values));
    }

    public static Value quantity(Parameter parameter, String number) {
        return new Value.Quantity(
                parameter, new BigDecimal(number), parameter.unit().orElseThrow());
    }

    public static Reading heartRate(DeviceId device, Instant measured, int rate) {
        return reading(device, measured, quantity(HEART_RATE, Integer.toString(rate)));
    }

    public Arrival arrival(String gateway, Entry... entries) {
        var records = new ArrayList<Sequenced>();
        long first = sequence;
        for (Entry entry : entries) {
            records.add(new Sequenced(sequence++, entry));
        }
        return new Arrival(
                gateway,
                1,
                entries[0].lane(),
                SequenceSet.of(new SequenceRange(first, sequence - 1)),
                ByteString.copyFrom(BatchCodec.encode(records)),
                NOON);
    }

    /** Arrives at the journal and is followed up. */
    public void arrives(String gateway, Entry... entries) {
        journal.append(List.of(arrival(gateway, entries)));
        settle();
    }

    public void settle() {
        while (follower.step()) {
            continue;
        }
    }

    public List<Observed> of(String patient) {
        return readings.find(query(Optional.of(patient), Optional.empty(), false, Optional.empty(), 10_000));
    }

    public static ReadingQuery query(
            Optional<String> patient,
            Optional<DeviceId> device,
            boolean newestFirst,
            Optional<ReadingQuery.Position> after,
            int limit) {
        return new ReadingQuery(
                patient, device, Set.of(), Optional.empty(), Optional.empty(), newestFirst, after, limit);
    }

    @Override
    public void close() {
        database.close();
    }
}
