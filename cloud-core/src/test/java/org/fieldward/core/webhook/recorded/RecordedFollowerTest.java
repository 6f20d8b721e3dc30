package org.fieldward.core.webhook.recorded;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.LongStream;
import org.fieldward.core.access.Sight;
import org.fieldward.core.clinical.Centre;
import org.fieldward.core.clinical.Events.Receipt;
import org.fieldward.core.distribution.MemoryAudit;
import org.fieldward.core.journal.Journal.Arrival;
import org.fieldward.core.journal.SqlJournal;
import org.fieldward.core.webhook.Reception;
import org.fieldward.core.webhook.Stays;
import org.fieldward.core.webhook.Trail;
import org.fieldward.core.webhook.arrival.Arrival.State;
import org.fieldward.core.webhook.arrival.SqlArrivals;
import org.fieldward.core.webhook.recorded.Recorded.Origin;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.clock.Coincidence;
import org.fieldward.proto.link.DocumentVerdict;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Document.Purpose;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What gateways recorded, from the journal to the chart and back, on a real database. */
final class RecordedFollowerTest {

    private static final String ADMISSION =
            "{'id':'%s','type':'patient_admission','priority':'medium','occurredAt':'2026-03-01T08:00:00Z',"
                    + "'patient':{'identifier':{'system':'urn:mrn','value':'mrn-p1'}},"
                    + "'payload':{'visit':'V-1','bed':'Bed 1','class':'IMP'}}";
    private static final String LAB =
            "{'id':'%s','type':'lab_result','priority':'medium','occurredAt':'2026-03-01T09:00:00Z',"
                    + "'patient':{'reference':'Patient/p1'},'payload':{'accession':'A-1','results':["
                    + "{'test':{'code':'2823-3'},'value':4.1,'unit':'mmol/L'}]}}";
    private static final String ADT = String.join(
            "\r",
            "MSH|^~\\&|HIS|CLINIC|FW|WARD|20260301080000||ADT^A01|%s|P|2.5.1",
            "PID|1||77^^^HOSP^MR||Doe^Jo||19800501|F",
            "PV1|1|I|WARD^R1^1||||||||||||||||V-9|||||||||||||||||||||||||20260301080000",
            "");

    private final Centre centre = new Centre();
    private final SqlJournal journal = new SqlJournal(centre.database);
    private final SqlRecorded recorded = new SqlRecorded(centre.database);
    private final SqlArrivals arrivals = new SqlArrivals(centre.database);
    private final MemoryAudit audit = new MemoryAudit();
    private final List<String> told = new ArrayList<>();
    private final Random random = new Random(9);
    private final Reception reception = new Reception(
            new Reception.Rooms(
                    centre.chart,
                    arrivals,
                    new Stays(centre.admissions, facility -> Set.of("Bed 1")),
                    resource -> Optional.empty()),
            facility -> ZoneId.of("UTC"),
            () -> new UUID(random.nextLong(), random.nextLong()).toString(),
            centre.clock);
    private final Doors doors = new Doors(
            centre.events,
            reception,
            arrivals,
            new Trail(audit, centre.clock),
            name -> Optional.empty(),
            gateway -> Centre.WARD);
    private long next = 1;

    private final RecordedFollower follower = new RecordedFollower(
            centre.database, journal, doors, (gateway, boot) -> clock(boot), told::add, centre.clock);

    /** The gateway's clock of boot 8 was never set. */
    private static Optional<Coincidence> clock(long boot) {
        return boot == 8 ? Optional.of(new Coincidence(60_000, Centre.NOON)) : Optional.empty();
    }

    @AfterEach
    void close() {
        centre.close();
    }

    @Test
    void an_admission_and_a_result_recorded_offline_take_effect_as_of_when_they_happened_in_their_order() {
        centre.device("monitor-1", "Bed 1");
        centre.patient("p1");
        arrive(event("adm-1", ADMISSION), status(), event("lab-1", LAB));

        work();

        assertThat(centre.bindings()).containsExactly("monitor-1: p1 08:00-");
        Recorded lab = recorded.list(Optional.empty(), Optional.empty(), 9).getFirst();
        assertThat(lab.state()).isEqualTo(Recorded.State.TAKEN);
        Receipt receipt = centre.events
                .receipt(lab.result().orElseThrow(), Sight.EVERYTHING)
                .orElseThrow();
        assertThat(receipt.source()).isEqualTo("gw-1/amy");
        assertThat(receipt.facility()).isEqualTo(Centre.WARD);
        assertThat(receipt.id()).isEqualTo("lab-1");
        assertThat(lab.content()).as("the event keeps its bytes").isEqualTo(ByteString.EMPTY);
        assertThat(verdicts(0)).containsExactly("1 taken", "3 taken");
        assertThat(told).isNotEmpty();
        assertThat(audit.entries())
                .extracting(one -> one.agent() + " " + one.outcome() + " " + one.patients())
                .containsExactly("gateway gw-1/amy DONE [p1]", "gateway gw-1/amy DONE [p1]");
    }

    @Test
    void what_was_recorded_twice_or_arrives_after_a_crash_again_has_one_effect() {
        centre.patient("p1");
        Document lab = event("lab-1", LAB);
        // Its effect is there, and the core died before it knew.
        doors.bring(new Recorded(
                0,
                new Origin("gw-1", 5, 1),
                lab.purpose(),
                lab.id(),
                lab.recorder(),
                lab.kind(),
                lab.mediaType(),
                Centre.WARD,
                lab.content(),
                Centre.NOON,
                Centre.NOON,
                Recorded.State.REFUSED,
                "",
                Optional.empty(),
                1));
        arrive(lab);
        arrive(lab);

        work();

        assertThat(recorded.list(Optional.empty(), Optional.empty(), 9))
                .hasSize(2)
                .extracting(Recorded::result)
                .containsOnly(Optional.of(1L));
        assertThat(verdicts(0)).containsExactly("1 taken", "2 taken");
    }

    @Test
    void a_refused_event_waits_with_its_bytes_until_somebody_tries_it_again_and_the_gateway_hears_both() {
        Document lab = event("lab-1", LAB);
        arrive(lab);
        arrive(event("no-json", "{"));

        work();

        List<Recorded> waiting = recorded.list(Optional.of(Recorded.State.REFUSED), Optional.empty(), 9);
        assertThat(waiting).hasSize(2);
        Recorded first = recorded.find(waiting.getLast().number()).orElseThrow();
        assertThat(first.content()).isEqualTo(lab.content());
        assertThat(verdicts(0))
                .containsExactly(
                        "1 patient must be known, or an admission must bring person beside identifier",
                        "2 must be JSON: see line 1, column 2");
        long mark = recorded.verdicts("gw-1", 0, 9).getLast().getMark();

        assertThat(follower.replay(first.number()).orElseThrow().state()).isEqualTo(Recorded.State.REFUSED);
        centre.patient("p1");
        assertThat(follower.replay(first.number()).orElseThrow().state()).isEqualTo(Recorded.State.TAKEN);

        assertThat(verdicts(mark)).containsExactly("1 taken");
        assertThat(follower.replay(99)).isEmpty();
    }

    @Test
    void an_event_that_names_another_facility_than_the_gateways_is_refused() {
        centre.patient("p1");
        arrive(event("lab-1", LAB.replace("'type'", "'facility':'elsewhere','type'")));

        work();

        assertThat(verdicts(0)).containsExactly("1 facility must be one that the sender belongs to");
    }

    @Test
    void a_message_over_mllp_becomes_an_arrival_once_and_one_that_is_refused_waits_there() {
        arrive(message("M-1", ADT.formatted("M-1")));
        arrive(message("M-1", ADT.formatted("M-1").replace("20260301080000||ADT", "20260301080500||ADT")));
        arrive(message("M-2", "MSH|^~\\&|HIS|CLINIC|FW|WARD|20260301080000||ZZZ^Z99|M-2|P|2.5.1\r"));

        work();

        assertThat(arrivals.list(Optional.empty(), Optional.empty(), 9))
                .extracting(one -> one.source() + " " + one.controlId().orElse("") + " " + one.state())
                .containsExactly("gateway/gw-1 M-2 " + State.QUARANTINED, "gateway/gw-1 M-1 " + State.APPLIED);
        assertThat(verdicts(0)).startsWith("1 taken", "2 taken").hasSize(3);
        assertThat(verdicts(0).getLast()).startsWith("3 MSH");
        assertThat(centre.chart).isNotNull();
    }

    @Test
    void a_message_that_is_replayed_out_of_its_quarantine_is_told_to_its_gateway() throws Exception {
        arrive(message("M-2", "MSH|^~\\&|HIS|CLINIC|FW|WARD|20260301080000||ZZZ^Z99|M-2|P|2.5.1\r"));
        work();
        long mark = recorded.verdicts("gw-1", 0, 9).getLast().getMark();
        long arrival =
                arrivals.list(Optional.empty(), Optional.empty(), 9).getFirst().number();
        try (var connection = centre.database.getConnection();
                var mend =
                        connection.prepareStatement("update webhook_arrival set state = 'applied' where number = ?")) {
            mend.setLong(1, arrival);
            mend.executeUpdate();
        }

        work();

        assertThat(verdicts(mark)).containsExactly("1 taken");
        work();
        assertThat(verdicts(mark)).hasSize(1);
    }

    @Test
    void what_a_gateway_without_a_clock_recorded_is_given_the_time_that_the_core_knows() {
        centre.patient("p1");
        var stamp = new Stamp(Optional.empty(), Instant.EPOCH, 30_000, 8, ClockState.IMPLAUSIBLE);
        arrive(new Document(
                new DeviceId("gw-1"),
                stamp,
                Purpose.CLINICAL_EVENT,
                "lab-1",
                "amy",
                "lab_result",
                "application/json",
                ByteString.copyFromUtf8(LAB.formatted("lab-1").replace('\'', '"'))));

        work();

        assertThat(recorded.list(Optional.empty(), Optional.empty(), 9)
                        .getFirst()
                        .recordedAt())
                .isEqualTo(Centre.NOON.minusSeconds(30));
    }

    @Test
    void bytes_that_are_no_batch_stop_nobody() {
        centre.patient("p1");
        journal.append(List.of(new Arrival(
                "gw-1",
                5,
                Lane.EVENT,
                SequenceSet.of(SequenceRange.of(next++)),
                ByteString.copyFromUtf8("?"),
                Centre.NOON)));
        arrive(event("lab-1", LAB));

        work();

        assertThat(verdicts(0)).containsExactly("2 taken");
    }

    private void work() {
        while (follower.step()) {
            assertThat(told.size()).isLessThan(100);
        }
    }

    private List<String> verdicts(long mark) {
        return recorded.verdicts("gw-1", mark, 100).stream()
                .map(RecordedFollowerTest::words)
                .toList();
    }

    private static String words(DocumentVerdict verdict) {
        return verdict.getSequence() + " " + (verdict.getTaken() ? "taken" : verdict.getDetail());
    }

    private void arrive(Entry... entries) {
        List<Sequenced> records = LongStream.range(0, entries.length)
                .mapToObj(i -> new Sequenced(next + i, entries[(int) i]))
                .toList();
        var covers = SequenceSet.of(new SequenceRange(next, next + entries.length - 1));
        next += entries.length;
        journal.append(List.of(new Arrival(
                "gw-1", 5, Lane.EVENT, covers, ByteString.copyFrom(BatchCodec.encode(records)), Centre.NOON)));
    }

    private static Stamp stamp() {
        return new Stamp(Optional.empty(), Centre.NOON, 5, 7, ClockState.SYNCHRONISED);
    }

    private static DeviceStatus status() {
        return new DeviceStatus(new DeviceId("monitor-1"), stamp(), DeviceStatus.Status.ONLINE);
    }

    private static Document event(String id, String json) {
        return document(
                Purpose.CLINICAL_EVENT,
                id,
                "application/json",
                json.formatted(id).replace('\'', '"'));
    }

    private static Document message(String id, String text) {
        return document(Purpose.HL7V2, id, "x-application/hl7-v2+er7", text);
    }

    private static Document document(Purpose purpose, String id, String mediaType, String content) {
        return new Document(
                new DeviceId("gw-1"), stamp(), purpose, id, "amy", "word", mediaType, ByteString.copyFromUtf8(content));
    }
}
