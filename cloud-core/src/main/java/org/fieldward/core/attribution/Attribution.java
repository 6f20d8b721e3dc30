package org.fieldward.core.attribution;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.fieldward.core.fhir.WaveformRecord;
import org.fieldward.core.fhir.terminology.Verdict;
import org.fieldward.core.journal.Journal;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.BatchException;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.clock.Coincidence;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.reading.Waveform;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** Opens what the journal holds and judges each record of it. Pure. */
public final class Attribution {

    /** Where a record came from: names it for ever. */
    public record Origin(String gateway, long epoch, SequenceRange sequences) {}

    /** A reading or a block of a waveform that may be stored. Its record names no patient yet and has version 0. */
    public record Candidate(DeviceId device, StoredReading record) {}

    public record ReceivedAlarm(Origin origin, AlarmChange change) {}

    public record ReceivedStatus(Origin origin, DeviceStatus status) {}

    public record ReceivedGap(Origin origin, Gap gap) {}

    public enum Reason {
        /** Its device served nobody when it was measured. */
        UNBOUND,
        /** It cannot be a valid Observation. */
        INVALID,
        /** The same device gave another value for the same instant before. */
        CONFLICT,
        /** The bytes are not what they claim to be. */
        MALFORMED;

        /** The word on the wire and in the store. */
        public String word() {
            return switch (this) {
                case UNBOUND -> "unbound";
                case INVALID -> "invalid";
                case CONFLICT -> "conflict";
                case MALFORMED -> "malformed";
            };
        }
    }

    /**
     * What is kept but not accepted.
     *
     * @param detail names field and rule; never a measured value or a patient
     * @param reading empty if the bytes could not be opened
     * @param content a {@code StoredReading}, or the bytes as they came; empty if they stand with the first sequences of
     *     the same batch
     */
    public record Refused(
            Origin origin, Reason reason, String detail, Optional<Candidate> reading, ByteString content) {}

    /** What one journal entry holds, of its fresh sequences only. */
    public record Judged(
            List<Candidate> readings,
            List<ReceivedAlarm> alarms,
            List<ReceivedStatus> statuses,
            List<ReceivedGap> gaps,
            List<Refused> refused) {

        /** Of all waveforms together. */
        public long samples() {
            return readings.stream()
                    .filter(candidate -> candidate.record().hasWaveform())
                    .mapToLong(
                            candidate -> WaveformRecord.size(candidate.record().getWaveform()))
                    .sum();
        }
    }

    private final Function<Reading, Verdict> check;
    private final Corrections.Lookup clocks;

    /**
     * @param check whether a reading may become Observations; pure and thread-safe
     * @param clocks what is known of a gateway's clock during one boot of it; thread-safe
     */
    public Attribution(Function<Reading, Verdict> check, BiFunction<String, Long, Optional<Coincidence>> clocks) {
        this.check = check;
        this.clocks = clocks::apply;
    }

    public Judged judge(Journal.Entry entry) {
        Journal.Arrival arrival = entry.arrival();
        List<Sequenced> records;
        try {
            records = BatchCodec.decode(arrival.content().toByteArray());
        } catch (BatchException e) {
            return malformed(entry, EntryRules.printable(e.getMessage() == null ? "not a batch" : e.getMessage()));
        }
        if (!sequences(records).equals(arrival.covers())) {
            return malformed(entry, "ranges must name exactly the sequences of the content");
        }
        var judged = new Judged(
                new ArrayList<>(records.size()),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>());
        var corrections = new Corrections(arrival.gateway(), clocks);
        boolean allFresh = entry.fresh().equals(arrival.covers());
        for (Sequenced record : records) {
            if (allFresh || entry.fresh().contains(record.sequence())) {
                judge(arrival, record.sequence(), record.entry(), corrections, judged);
            }
        }
        return judged;
    }

    private void judge(Journal.Arrival arrival, long sequence, Entry entry, Corrections corrections, Judged judged) {
        if (entry instanceof Document) {
            // A door of its own reads the lane of events for them; in another lane nobody would ever look.
            if (arrival.lane() != Lane.EVENT) {
                judged.refused()
                        .add(new Refused(
                                origin(arrival, sequence),
                                Reason.INVALID,
                                "a document must come in the lane of events",
                                Optional.empty(),
                                ByteString.copyFrom(BatchCodec.encode(List.of(new Sequenced(sequence, entry))))));
            }
            return;
        }
        Optional<String> broken = EntryRules.broken(entry);
        if (broken.isPresent()) {
            judged.refused()
                    .add(new Refused(
                            origin(arrival, sequence),
                            Reason.INVALID,
                            broken.get(),
                            Optional.empty(),
                            ByteString.copyFrom(BatchCodec.encode(List.of(new Sequenced(sequence, entry))))));
            return;
        }
        Instant arrivedAt = corrections.arrival(entry.stamp());
        switch (entry) {
            case Reading reading -> {
                StoredReading record = record(reading, arrivedAt, origin(arrival, sequence));
                Candidate candidate = new Candidate(reading.device(), record);
                switch (check.apply(reading)) {
                    case Verdict.Accepted accepted -> judged.readings().add(candidate);
                    case Verdict.Refused no ->
                        judged.refused()
                                .add(new Refused(
                                        origin(record),
                                        Reason.INVALID,
                                        no.element() + ": " + no.rule(),
                                        Optional.of(candidate),
                                        record.toByteString()));
                }
            }
            // Whatever a block may say is an Observation: its own rules were checked when it was read.
            case Waveform block ->
                judged.readings()
                        .add(new Candidate(block.device(), record(block, arrivedAt, origin(arrival, sequence))));
            case AlarmChange alarm ->
                judged.alarms().add(new ReceivedAlarm(origin(arrival, sequence), alarm.receivedAt(arrivedAt)));
            case Gap gap -> judged.gaps().add(new ReceivedGap(origin(arrival, sequence), gap));
            case Document document -> throw new IllegalStateException("documents were judged before");
            case DeviceStatus status -> judged.statuses().add(new ReceivedStatus(origin(arrival, sequence), status));
        }
    }

    /** An entry of which nothing can be used, with its bytes; they stand once, with its first sequences. */
    public static Judged malformed(Journal.Entry entry, String detail) {
        Journal.Arrival arrival = entry.arrival();
        var refused = new ArrayList<Refused>();
        for (SequenceRange range : entry.fresh().ranges()) {
            refused.add(new Refused(
                    new Origin(arrival.gateway(), arrival.epoch(), range),
                    Reason.MALFORMED,
                    detail,
                    Optional.empty(),
                    refused.isEmpty() ? arrival.content() : ByteString.EMPTY));
        }
        return new Judged(List.of(), List.of(), List.of(), List.of(), refused);
    }

    private static SequenceSet sequences(List<Sequenced> records) {
        var ranges = new ArrayList<SequenceRange>();
        long first = 0;
        long last = -1;
        for (Sequenced record : records) {
            if (record.sequence() != last + 1) {
                if (last >= first && first > 0) {
                    ranges.add(new SequenceRange(first, last));
                }
                first = record.sequence();
            }
            last = record.sequence();
        }
        if (first > 0) {
            ranges.add(new SequenceRange(first, last));
        }
        return SequenceSet.of(ranges);
    }

    private static Origin origin(Journal.Arrival arrival, long sequence) {
        return new Origin(arrival.gateway(), arrival.epoch(), SequenceRange.of(sequence));
    }

    public static Origin origin(StoredReading record) {
        return new Origin(record.getGateway(), record.getEpoch(), SequenceRange.of(record.getSequence()));
    }

    private static StoredReading record(Waveform block, Instant arrivedAt, Origin origin) {
        return stamped(block, arrivedAt, origin)
                .setWaveform(WaveformRecord.of(block))
                .build();
    }

    /** A correction is only in when it was measured: what the device and the gateway said stays as it was. */
    private static StoredReading.Builder stamped(Entry entry, Instant arrivedAt, Origin origin) {
        return StoredReading.newBuilder()
                .setDevice(entry.device().name())
                .setMeasuredMicros(Micros.of(measuredAt(entry.stamp(), arrivedAt)))
                .setReceivedMicros(Micros.of(entry.stamp().receivedAt()))
                .setDeviceMicros(entry.stamp().deviceTime().map(Micros::of).orElse(0L))
                .setGateway(origin.gateway())
                .setEpoch(origin.epoch())
                .setSequence(origin.sequences().first());
    }

    /** A device was put right by the gateway's clock, so what that was wrong itself comes on top. */
    private static Instant measuredAt(Stamp stamp, Instant arrivedAt) {
        if (stamp.deviceTime().isEmpty()) {
            return arrivedAt;
        }
        return stamp.correction().isZero()
                ? stamp.measuredAt()
                : stamp.measuredAt().plus(Duration.between(stamp.receivedAt(), arrivedAt));
    }

    static StoredReading record(Reading reading, Instant arrivedAt, Origin origin) {
        StoredReading.Builder record = stamped(reading, arrivedAt, origin);
        for (Value value : reading.values()) {
            record.addParameter(value.parameter().number());
            switch (value) {
                case Value.Quantity quantity ->
                    record.addUnscaled(quantity.number().unscaledValue().longValueExact())
                            .addScale(quantity.number().scale())
                            .addUnit(quantity.unit().number())
                            .addAbsent(0);
                case Value.Absent absent ->
                    record.addUnscaled(0)
                            .addScale(0)
                            .addUnit(0)
                            .addAbsent(absent.reason().number());
            }
        }
        return record.build();
    }

    /**
     * What two reports of one device for one instant make together. Blocks of a waveform are not put together: they are
     * the same, or they conflict.
     *
     * @param merged the present record with the parameters it did not have, empty if it had them all
     * @param conflicting keys of the parameters for which the reports differ
     */
    record Meeting(Optional<StoredReading> merged, List<String> conflicting) {}

    static Meeting meet(StoredReading present, StoredReading arriving) {
        var conflicting = new ArrayList<String>();
        if (arriving.hasWaveform()) {
            if (!present.getWaveform().equals(arriving.getWaveform())) {
                conflicting.add(WaveformRecord.kind(arriving.getWaveform()).key());
            }
            return new Meeting(Optional.empty(), conflicting);
        }
        StoredReading.Builder merged = values(present);
        boolean grew = false;
        int p = 0;
        for (int a = 0; a < arriving.getParameterCount(); a++) {
            int parameter = arriving.getParameter(a);
            while (p < present.getParameterCount() && present.getParameter(p) < parameter) {
                copy(present, p++, merged);
            }
            if (p == present.getParameterCount() || present.getParameter(p) != parameter) {
                copy(arriving, a, merged);
                grew = true;
            } else if (!sameValue(present, p, arriving, a)) {
                conflicting.add(Catalogue.standard().parameter(parameter).key());
            }
        }
        while (p < present.getParameterCount()) {
            copy(present, p++, merged);
        }
        return new Meeting(grew ? Optional.of(merged.build()) : Optional.empty(), conflicting);
    }

    private static StoredReading.Builder values(StoredReading present) {
        return present.toBuilder()
                .clearParameter()
                .clearUnscaled()
                .clearScale()
                .clearUnit()
                .clearAbsent();
    }

    private static void copy(StoredReading from, int at, StoredReading.Builder to) {
        to.addParameter(from.getParameter(at))
                .addUnscaled(from.getUnscaled(at))
                .addScale(from.getScale(at))
                .addUnit(from.getUnit(at))
                .addAbsent(from.getAbsent(at));
    }

    private static boolean sameValue(StoredReading a, int i, StoredReading b, int k) {
        return a.getUnscaled(i) == b.getUnscaled(k)
                && a.getScale(i) == b.getScale(k)
                && a.getUnit(i) == b.getUnit(k)
                && a.getAbsent(i) == b.getAbsent(k);
    }

    /** Bit n is set if the parameter with number n is there. */
    public static long parameters(StoredReading record) {
        long bits = 0;
        for (int i = 0; i < record.getParameterCount(); i++) {
            bits |= 1L << record.getParameter(i);
        }
        return bits;
    }
}
