package org.fieldward.core.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.fieldward.core.fhir.StoredReadings.number;
import static org.fieldward.core.fhir.StoredReadings.reading;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.observation.alarm.Alarms.Alarm;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Stamp;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The live stream, read off the wire. */
class LiveStreamTest {

    private static final Instant START = Instant.parse("2026-11-21T02:00:00Z");

    private final FakeCore core = new FakeCore();
    private HttpDoor door = core.door();

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void accepted_readings_and_alarms_come_with_the_place_they_have_in_the_store_as_their_id() throws Exception {
        try (var stream = new Stream("", "")) {
            core.readings.accept(heartRate("p1", 1), heartRate("p2", 2));
            List<Event> readings = stream.events(2);
            core.alarms.change(alarm());
            Event alarm = stream.events(1).getFirst();

            assertThat(readings).extracting(Event::kind).containsOnly("reading");
            assertThat(readings).extracting(Event::id).containsExactly("1.1-0-0", "1.2-0-0");
            assertThat(readings.get(0).data()).contains("\"patient\":\"p1\"");
            assertThat(alarm.kind() + " " + alarm.id()).isEqualTo("alarm 1.2-1-0");
            assertThat(alarm.data())
                    .contains("\"priority\":\"high\"", "\"class\":\"physiological\"", "\"parameter\":\"spo2\"");
        }
    }

    @Test
    void a_reading_that_waited_for_a_link_says_so() throws Exception {
        try (var stream = new Stream("", "")) {
            core.readings.accept(heartRate("p1", 3600 - 61), heartRate("p1", 3600 - 60));

            List<Event> events = stream.events(2);

            assertThat(events.get(0).data()).startsWith("{\"late\":true,\"device\":");
            assertThat(events.get(1).data()).startsWith("{\"device\":").doesNotContain("late");
        }
    }

    @Test
    void a_client_that_comes_back_gets_what_it_missed_once_also_from_another_core() throws Exception {
        core.readings.accept(heartRate("p1", 1), heartRate("p1", 2), heartRate("p1", 3));
        core.alarms.change(alarm());
        core.readings.accept(heartRate("p1", 4));
        door.close();
        door = core.door();

        try (var another = new Stream("", "");
                var stream = new Stream("", "Last-Event-ID: 1.1-0-0\r\n")) {
            core.readings.accept(heartRate("p1", 5));

            assertThat(stream.events(5))
                    .extracting(Event::id)
                    .containsExactly("1.2-0-0", "1.3-0-0", "2.1-0-0", "2-1-0", "3.1-1-0");
            assertThat(another.events(1)).extracting(Event::id).containsExactly("3.1-1-0");
        }
    }

    @Test
    void a_client_that_missed_more_than_is_told_again_or_comes_from_elsewhere_is_told_so() throws Exception {
        core.readings.accept(heartRate("p1", 1));
        for (String seen : List.of("other-1", "77-0-0", "nonsense", "0-0-9")) {
            try (var stream = new Stream("", "Last-Event-ID: " + seen + "\r\n")) {
                Event first = stream.events(1).getFirst();
                assertThat(first.kind() + " " + first.id()).isEqualTo("gap 1-0-0");
            }
        }
        var many = new ArrayList<StoredReading>();
        for (int i = 0; i < 20_000; i++) {
            many.add(heartRate("p1", i));
        }
        core.readings.accept(many);
        try (var near = new Stream("", "Last-Event-ID: 1-0-0\r\n");
                var far = new Stream("", "Last-Event-ID: 0-0-0\r\n")) {
            assertThat(near.events(20_000)).extracting(Event::kind).containsOnly("reading");
            assertThat(far.events(1)).extracting(Event::kind).containsExactly("gap");
        }
    }

    @Test
    void a_stream_can_be_about_some_patients_only() throws Exception {
        try (var stream = new Stream("?patient=p2&patient=p3", "")) {
            core.readings.accept(heartRate("p1", 1), heartRate("p2", 2), heartRate("p1", 3), heartRate("p3", 4));

            assertThat(stream.events(2)).extracting(Event::id).containsExactly("1.2-0-0", "1.4-0-0");
        }
    }

    @Test
    void a_client_that_does_not_read_is_cut_and_the_others_are_not() throws Exception {
        try (var slow = new Stream("", "");
                var quick = new Stream("", "")) {
            int sent = 0;
            var batch = new ArrayList<StoredReading>();
            // More than sockets and queue can hold together.
            for (int round = 0; round < 60; round++) {
                batch.clear();
                for (int i = 0; i < 1_000; i++) {
                    sent++;
                    batch.add(heartRate("p1", sent));
                }
                core.readings.accept(batch);
                assertThat(quick.events(1_000)).hasSize(1_000);
            }

            assertThat(slow.readToTheEnd()).isLessThan(sent);
        }
    }

    @Test
    void the_door_closes_while_streams_are_open() throws Exception {
        try (var stream = new Stream("", "")) {
            door.close();

            assertThat(stream.readToTheEnd()).isZero();
        }
    }

    private static StoredReading heartRate(String patient, int second) {
        return reading("mon-" + patient, patient, START.plusSeconds(second), number("heart-rate", "72"));
    }

    private static Alarm alarm() {
        var stamp = new Stamp(Optional.of(START), START, 1, 1, ClockState.SYNCHRONISED);
        var change = new AlarmChange(
                new DeviceId("mon-p1"),
                stamp,
                "a1",
                AlarmChange.Kind.LIMIT_LOW,
                AlarmChange.Priority.HIGH,
                AlarmChange.Phase.RAISED,
                Optional.of(Catalogue.standard().key("spo2")),
                "below 85 %");
        return new Alarm("ward-3", change, START, Optional.of("p1"));
    }

    private record Event(String id, String kind, String data) {}

    /** A client that speaks HTTP 1.0 by hand: nothing reads ahead for it, and nothing comes in chunks. */
    private final class Stream implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader reader;

        Stream(String query, String headers) throws IOException {
            socket = new Socket();
            socket.setReceiveBufferSize(16_384);
            socket.connect(new InetSocketAddress("127.0.0.1", door.port()));
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(("GET /api/v1/stream" + query + " HTTP/1.0\r\nHost: localhost\r\n" + headers + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.flush();
            reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String line = reader.readLine();
            assertThat(line).isEqualTo("HTTP/1.1 200 OK");
            while (!line.equals(": welcome")) {
                line = reader.readLine();
            }
        }

        List<Event> events(int count) throws IOException {
            var events = new ArrayList<Event>();
            String id = "";
            String kind = "";
            while (events.size() < count) {
                String line = reader.readLine();
                assertThat(line).isNotNull();
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    kind = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    events.add(new Event(id, kind, line.substring(6)));
                }
            }
            return events;
        }

        /** How many events came until the server ended it. */
        int readToTheEnd() throws IOException {
            int events = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("data: ")) {
                    events++;
                }
            }
            return events;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
