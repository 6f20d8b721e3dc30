package org.fieldward.proto.batch;

import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.fieldward.proto.link.AlarmRecord;
import org.fieldward.proto.link.DeviceStatusRecord;
import org.fieldward.proto.link.DocumentRecord;
import org.fieldward.proto.link.GapRecord;
import org.fieldward.proto.link.LaneRecord;
import org.fieldward.proto.link.StampRecord;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.AlarmChange.Kind;
import org.fieldward.proto.reading.AlarmChange.Phase;
import org.fieldward.proto.reading.AlarmChange.Priority;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.DeviceStatus.Status;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Waveform;

/** Records that are neither readings nor waveforms: few, so they go one by one as protobuf. */
final class LaneRecords {

    private static final int MAX_BYTES = Document.MAX_BYTES + (64 << 10);

    private LaneRecords() {}

    static void write(Entry entry, Sink out) {
        LaneRecord.Builder record = LaneRecord.newBuilder();
        switch (entry) {
            case AlarmChange alarm ->
                record.setAlarm(AlarmRecord.newBuilder()
                        .setDevice(alarm.device().name())
                        .setStamp(stamp(alarm.stamp()))
                        .setAlarm(alarm.alarm())
                        .setKind(alarm.kind().name())
                        .setPriority(alarm.priority().name())
                        .setPhase(alarm.phase().name())
                        .setParameter(alarm.parameter().map(Parameter::number).orElse(0))
                        .setDetail(alarm.detail()));
            case DeviceStatus status ->
                record.setDeviceStatus(DeviceStatusRecord.newBuilder()
                        .setDevice(status.device().name())
                        .setStamp(stamp(status.stamp()))
                        .setStatus(status.status().name()));
            case Gap gap ->
                record.setGap(GapRecord.newBuilder()
                        .setDevice(gap.device().name())
                        .setStamp(stamp(gap.stamp()))
                        .setLaneValue(gap.lost().number())
                        .setFromMicros(Micros.of(gap.from()))
                        .setToMicros(Micros.of(gap.to()))
                        .setCount(gap.count())
                        .setReason(gap.reason().number()));
            case Document document ->
                record.setDocument(DocumentRecord.newBuilder()
                        .setDevice(document.device().name())
                        .setStamp(stamp(document.stamp()))
                        .setPurpose(document.purpose().number())
                        .setId(document.id())
                        .setRecorder(document.recorder())
                        .setKind(document.kind())
                        .setMediaType(document.mediaType())
                        .setContent(document.content()));
            case Reading reading -> throw new IllegalStateException("readings go column by column");
            case Waveform waveform -> throw new IllegalStateException("waveforms go block by block");
        }
        byte[] bytes = record.build().toByteArray();
        out.unsigned(bytes.length);
        out.raw(bytes);
    }

    static Entry read(Source in) {
        LaneRecord record;
        try {
            record = LaneRecord.parseFrom(in.raw(in.count("record bytes", MAX_BYTES, 1)));
        } catch (InvalidProtocolBufferException e) {
            throw new BatchException("batch holds a record that is not a LaneRecord", e);
        }
        return switch (record.getRecordCase()) {
            case ALARM -> alarm(record.getAlarm());
            case DEVICE_STATUS ->
                new DeviceStatus(
                        new DeviceId(record.getDeviceStatus().getDevice()),
                        stamp(record.getDeviceStatus().getStamp()),
                        Status.valueOf(record.getDeviceStatus().getStatus()));
            case GAP -> gap(record.getGap());
            case DOCUMENT -> document(record.getDocument());
            case RECORD_NOT_SET -> throw new BatchException("batch holds a record of a kind this version cannot read");
        };
    }

    private static Gap gap(GapRecord gap) {
        return new Gap(
                new DeviceId(gap.getDevice()),
                stamp(gap.getStamp()),
                Lane.of(gap.getLaneValue()),
                Micros.instant(gap.getFromMicros()),
                Micros.instant(gap.getToMicros()),
                gap.getCount(),
                Gap.Reason.of(gap.getReason()));
    }

    private static Document document(DocumentRecord document) {
        return new Document(
                new DeviceId(document.getDevice()),
                stamp(document.getStamp()),
                Document.Purpose.of(document.getPurpose()),
                document.getId(),
                document.getRecorder(),
                document.getKind(),
                document.getMediaType(),
                document.getContent());
    }

    private static AlarmChange alarm(AlarmRecord alarm) {
        return new AlarmChange(
                new DeviceId(alarm.getDevice()),
                stamp(alarm.getStamp()),
                alarm.getAlarm(),
                Kind.valueOf(alarm.getKind()),
                Priority.valueOf(alarm.getPriority()),
                Phase.valueOf(alarm.getPhase()),
                alarm.getParameter() == 0
                        ? Optional.empty()
                        : Optional.of(Catalogue.standard().parameter(alarm.getParameter())),
                alarm.getDetail());
    }

    private static StampRecord stamp(Stamp stamp) {
        return StampRecord.newBuilder()
                .setDeviceMicros(stamp.deviceTime().map(Micros::of).orElse(0L))
                .setReceivedMicros(Micros.of(stamp.receivedAt()))
                .setTickMillis(stamp.tickMillis())
                .setBoot(stamp.boot())
                .setClockValue(stamp.clock().number())
                .setCorrectionMillis(stamp.correction().toMillis())
                .build();
    }

    private static Stamp stamp(StampRecord stamp) {
        Optional<Instant> deviceTime =
                stamp.getDeviceMicros() == 0 ? Optional.empty() : Optional.of(Micros.instant(stamp.getDeviceMicros()));
        return new Stamp(
                deviceTime,
                Micros.instant(stamp.getReceivedMicros()),
                stamp.getTickMillis(),
                stamp.getBoot(),
                ClockState.of(stamp.getClockValue()),
                Duration.ofMillis(stamp.getCorrectionMillis()));
    }
}
