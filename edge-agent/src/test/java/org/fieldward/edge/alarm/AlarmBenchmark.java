package org.fieldward.edge.alarm;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a stored reading of six values costs until it is known that it raises no alarm. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class AlarmBenchmark {

    private static final Instant START = Instant.parse("2026-11-21T08:00:00Z");

    private final DeviceId device = new DeviceId("bed-1");
    private final AlarmDecider decider = new AlarmDecider(
            new AlarmSettings(
                    List.of(
                            Limit.of(Catalogue.standard().key("spo2"), "88.. delay 10s hysteresis 2 priority high"),
                            Limit.of(
                                    Catalogue.standard().key("heart-rate"),
                                    "40..150 delay 10s hysteresis 2 priority high"),
                            Limit.of(
                                    Catalogue.standard().key("temperature"),
                                    "35.0..39.0 delay 0s hysteresis 0.3 priority medium")),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(900),
                    Duration.ofSeconds(60)),
            new DeviceId("ward-7"),
            "a",
            List.of(),
            at(0));
    private long millis;

    private static Stamp at(long millis) {
        return new Stamp(Optional.empty(), START.plusMillis(millis), millis, 1, ClockState.SYNCHRONISED);
    }

    private static Value value(String parameter, String number, Unit unit) {
        return new Value.Quantity(Catalogue.standard().key(parameter), new BigDecimal(number), unit);
    }

    private final List<Value> values = List.of(
            value("heart-rate", "72", Unit.PER_MINUTE),
            value("respiratory-rate", "16", Unit.PER_MINUTE),
            value("spo2", "97", Unit.PERCENT),
            value("temperature", "36.8", Unit.CELSIUS),
            value("systolic", "121", Unit.MILLIMETRE_OF_MERCURY),
            value("diastolic", "78", Unit.MILLIMETRE_OF_MERCURY));

    @Benchmark
    public List<AlarmChange> a_reading_past_the_alarms() {
        millis += 1;
        Stamp now = at(millis);
        return decider.on(new AlarmEvent.Stored(new Reading(device, now, values)), now);
    }
}
