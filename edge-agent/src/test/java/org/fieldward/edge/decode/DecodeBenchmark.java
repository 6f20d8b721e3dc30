package org.fieldward.edge.decode;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a payload of six values costs until it is a reading. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class DecodeBenchmark {

    private final Decoder decoder = new Decoder(Catalogue.standard());
    private final DeviceId device = new DeviceId("bed-1");
    private final Arrival arrival = new Arrival(Instant.parse("2026-03-01T10:00:00Z"), 17, 1, ClockState.SYNCHRONISED);
    private final ByteString json = ByteString.copyFromUtf8(
            "{\"time\":\"2026-03-01T10:00:00.250Z\",\"values\":"
                    + "{\"heart-rate\":72,\"respiratory-rate\":16,\"spo2\":97,\"temperature\":36.8,\"systolic\":121,\"diastolic\":78}}");

    @Benchmark
    public Decoded a_reading_out_of_JSON() {
        return decoder.decode(Format.Fixed.JSON, device, json, () -> arrival);
    }
}
