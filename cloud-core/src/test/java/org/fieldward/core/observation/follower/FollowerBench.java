package org.fieldward.core.observation.follower;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.fieldward.core.journal.Journal.Arrival;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * Run by hand: how many readings of six values a second the follower takes from the journal into PostgreSQL, with nobody
 * else at work. Arguments: readings, readings per batch, devices, and "repeat" to send everything a second time.
 */
final class FollowerBench {

    private FollowerBench() {}

    public static void main(String[] arguments) {
        int total = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 400_000;
        int perBatch = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 1_000;
        int devices = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 300;
        boolean repeat = arguments.length > 3 && arguments[3].equals("repeat");
        try (Ward ward = new Ward()) {
            for (int d = 0; d < devices; d++) {
                ward.bind(device(d), "p" + d, Ward.NOON, Optional.empty());
            }
            fill(ward, "g1", total, perBatch, devices);
            report("new readings", total, ward);
            if (repeat) {
                fill(ward, "g2", total, perBatch, devices);
                report("readings that another gateway heard too", total, ward);
            }
        }
    }

    private static void report(String what, int total, Ward ward) {
        long start = System.nanoTime();
        ward.settle();
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%s: %d in %.2f s = %.0f/s%n", what, total, seconds, total / seconds);
    }

    private static DeviceId device(int number) {
        return new DeviceId("bed-" + number);
    }

    private static void fill(Ward ward, String gateway, int total, int perBatch, int devices) {
        List<Parameter> parameters = List.of(
                Catalogue.standard().key("heart-rate"),
                Catalogue.standard().key("respiratory-rate"),
                Catalogue.standard().key("spo2"),
                Catalogue.standard().key("temperature"),
                Catalogue.standard().key("systolic"),
                Catalogue.standard().key("diastolic"));
        var random = new Random(7);
        var arrivals = new ArrayList<Arrival>();
        for (int i = 0; i < total; i += perBatch) {
            var records = new ArrayList<Sequenced>(perBatch);
            for (int k = i; k < i + perBatch; k++) {
                Instant measured = Ward.NOON.plus(Duration.ofSeconds(k / devices));
                Value[] values = parameters.stream()
                        .map(p -> Ward.quantity(p, Integer.toString(60 + random.nextInt(30))))
                        .toArray(Value[]::new);
                Reading reading = Ward.reading(device(k % devices), measured, values);
                records.add(new Sequenced(k + 1L, reading));
            }
            arrivals.add(new Arrival(
                    gateway,
                    1,
                    Lane.VITAL,
                    SequenceSet.of(new SequenceRange(i + 1L, i + perBatch)),
                    ByteString.copyFrom(BatchCodec.encode(records)),
                    Ward.NOON));
            if (arrivals.size() == 64) {
                ward.journal.append(arrivals);
                arrivals.clear();
            }
        }
        if (!arrivals.isEmpty()) {
            ward.journal.append(arrivals);
        }
    }
}
