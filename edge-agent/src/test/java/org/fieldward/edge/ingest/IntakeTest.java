package org.fieldward.edge.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.buffer.Rejected;
import org.fieldward.edge.buffer.Store;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Format.Sparkplug.Verb;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.sparkplug.Metric;
import org.fieldward.proto.sparkplug.Payload;
import org.junit.jupiter.api.Test;

/** What becomes of a Sparkplug message, which can be several things at once. */
class IntakeTest implements Store {

    private static final DeviceId NODE = new DeviceId("node-1");
    private static final DeviceId PUMP = new DeviceId("node-1.pump");

    private final List<Entry> stored = new ArrayList<>();
    private final List<Rejected> kept = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private boolean full;
    private final Formats formats = Formats.of(Optional.empty());
    private final Rejects rejects = new Rejects();
    private final Intake intake = new Intake(
            formats.decoder(),
            formats.sparkplug(),
            this,
            new Stamper(() -> Instant.parse("2026-03-01T08:15:30Z"), () -> 5, 7, () -> ClockState.SYNCHRONISED),
            rejects,
            (topic, payload, keep) -> said.add(topic + (keep ? " " + payload.toStringUtf8() : "")),
            Intake.Clocks.BELIEVED);

    @Override
    public CompletionStage<AppendResult> store(List<? extends Entry> entries) {
        if (full) {
            return CompletableFuture.completedFuture(new AppendResult.Full(1, 1));
        }
        stored.addAll(entries);
        return CompletableFuture.completedFuture(new AppendResult.Stored(1, 1));
    }

    @Override
    public CompletionStage<AppendResult> quarantine(Rejected rejected) {
        kept.add(rejected);
        return CompletableFuture.completedFuture(new AppendResult.Stored(1, 1));
    }

    private Outcome take(Verb verb, long seq, Metric.Builder... metrics) {
        var payload = Payload.newBuilder().setSeq(seq);
        List.of(metrics).forEach(payload::addMetrics);
        Optional<String> device = verb.name().startsWith("D") ? Optional.of("pump") : Optional.empty();
        intake.take(
                NODE,
                Optional.of(new Format.Sparkplug("icu", verb, device)),
                "spBv1.0/icu/" + verb,
                payload.build().toByteString(),
                outcomes::add);
        return outcomes.getLast();
    }

    private static Metric.Builder pulse() {
        return Metric.newBuilder()
                .setName("heart-rate")
                .setAlias(7)
                .setDatatype(3)
                .setIntValue(72);
    }

    @Test
    void births_become_statuses_and_readings_and_the_devices_behind_the_node_are_shown() {
        assertThat(take(Verb.NBIRTH, 0, pulse())).isEqualTo(new Outcome.Accepted());
        assertThat(take(Verb.DBIRTH, 1, pulse())).isEqualTo(new Outcome.Accepted());

        assertThat(stored)
                .extracting(
                        entry -> entry.getClass().getSimpleName(),
                        entry -> entry instanceof Reading reading ? reading.device() : ((DeviceStatus) entry).device())
                .containsExactly(
                        tuple("DeviceStatus", NODE),
                        tuple("Reading", NODE),
                        tuple("DeviceStatus", PUMP),
                        tuple("Reading", PUMP));
        assertThat(said).singleElement().asString().startsWith("devices/node-1.pump/status {\"status\":\"online\"");
    }

    @Test
    void a_message_that_is_used_in_part_is_kept_as_a_whole_and_the_node_is_asked() {
        Outcome outcome =
                take(Verb.NDATA, 4, pulse(), Metric.newBuilder().setAlias(9).setIntValue(97));

        assertThat(outcome).isEqualTo(new Outcome.Accepted());
        assertThat(stored).hasSize(1);
        assertThat(kept).extracting(Rejected::reason).containsExactly(RejectReason.NO_BIRTH);
        assertThat(said).containsExactly("spBv1.0/icu/NCMD/node-1");
        assertThat(take(Verb.NDATA, 5, Metric.newBuilder().setAlias(9).setIntValue(97)))
                .isInstanceOfSatisfying(
                        Outcome.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RejectReason.NO_BIRTH));
        assertThat(rejects.snapshot().values())
                .singleElement()
                .satisfies(one -> assertThat(one.counts()).containsEntry(RejectReason.NO_BIRTH, 2L));
    }

    @Test
    void nothing_is_accepted_that_had_no_room() {
        full = true;

        assertThat(take(Verb.NBIRTH, 0, pulse())).isEqualTo(new Outcome.Full());
        assertThat(take(Verb.NDATA, 1, pulse(), Metric.newBuilder().setAlias(9).setIntValue(97)))
                .isEqualTo(new Outcome.Full());
    }

    @Test
    void data_without_a_vital_sign_is_accepted_and_leaves_nothing() {
        take(Verb.NBIRTH, 0, Metric.newBuilder().setName("Battery").setAlias(1).setIntValue(80));
        stored.clear();

        assertThat(take(Verb.NDATA, 1, Metric.newBuilder().setAlias(1).setIntValue(79)))
                .isEqualTo(new Outcome.Accepted());
        assertThat(stored).isEmpty();
    }

    @Test
    void the_end_of_a_connection_is_stored_and_shown_for_every_device_behind_it() {
        take(Verb.NBIRTH, 0);
        take(Verb.DBIRTH, 1, pulse());
        stored.clear();

        intake.status(NODE, DeviceStatus.Status.LOST);

        assertThat(stored).extracting(entry -> ((DeviceStatus) entry).device()).containsExactly(NODE, PUMP);
        assertThat(said.getLast()).startsWith("devices/node-1.pump/status {\"status\":\"lost\"");
    }

    @Test
    void a_kept_message_is_read_again_only_as_far_as_it_explains_itself() {
        var topic = "spBv1.0/icu/NDATA/node-1";
        Format format = formats.format(NODE, topic).orElseThrow();
        ByteString named = Payload.newBuilder().addMetrics(pulse()).build().toByteString();
        ByteString alias = Payload.newBuilder()
                .addMetrics(Metric.newBuilder().setAlias(7).setIntValue(72))
                .build()
                .toByteString();

        assertThat(formats.decoder()
                        .decode(format, NODE, named, arrivals())
                        .getClass()
                        .getSimpleName())
                .isEqualTo("Readings");
        assertThat(formats.decoder().decode(format, NODE, alias, arrivals()).toString())
                .contains("NO_BIRTH");
        assertThat(formats.format(NODE, "ward7/node-1/senml")).contains(Format.SENML);
    }

    private static Stamper arrivals() {
        return new Stamper(() -> Instant.EPOCH, () -> 5, 7, () -> ClockState.SYNCHRONISED);
    }
}
