package org.fieldward.proto.batch;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Waveform;
import org.fieldward.proto.reading.Waveform.Rate;
import org.fieldward.proto.reading.Waveform.Scale;
import org.fieldward.proto.reading.WaveformKind;

/**
 * Blocks of samples: three dictionaries (devices, boots with clock state, signals), then block by block its stamp, its
 * marks as runs, and its samples, each as its difference to what the ones before it promise.
 */
final class WaveformColumns {

    /** In one batch. A run of marks costs three bytes however long it is, so bytes alone are no bound. */
    static final int MAX_SAMPLES = 4_000_000;

    private static final int MAX_ENTRIES = 100_000;
    private static final int[] MARKS = {Samples.MISSING, Samples.BELOW, Samples.ABOVE};

    private WaveformColumns() {}

    private record Boot(long boot, ClockState clock) {}

    /** What the blocks of one signal have in common. */
    private record Signal(WaveformKind kind, Rate rate, Scale scale, Waveform.Form form) {}

    /** @param withCorrections whether a block with a device time tells its correction, too */
    static void write(List<Waveform> blocks, boolean withCorrections, Sink out) {
        long samples =
                blocks.stream().mapToLong(block -> block.samples().size()).sum();
        if (samples > MAX_SAMPLES) {
            throw new BatchException("samples must be at most " + MAX_SAMPLES + " in a batch, were " + samples);
        }
        Map<DeviceId, Integer> devices = new LinkedHashMap<>();
        Map<Boot, Integer> boots = new LinkedHashMap<>();
        Map<Signal, Integer> signals = new LinkedHashMap<>();
        var history = new History(withCorrections);
        Sink column = new Sink();
        for (Waveform block : blocks) {
            Stamp stamp = block.stamp();
            int device = devices.computeIfAbsent(block.device(), name -> devices.size());
            var signal = new Signal(block.kind(), block.rate(), block.scale(), block.form());
            int signalAt = signals.computeIfAbsent(signal, unseen -> signals.size());
            column.unsigned(device);
            column.unsigned(boots.computeIfAbsent(new Boot(stamp.boot(), stamp.clock()), boot -> boots.size()));
            column.unsigned(signalAt);
            column.unsigned(block.samples().size());
            history.write(stamp, device, signalAt, block, column);
            writeSamples(block.samples(), column);
        }
        out.unsigned(devices.size());
        devices.keySet().forEach(device -> out.text(device.name()));
        out.unsigned(boots.size());
        boots.keySet().forEach(boot -> {
            out.signed(boot.boot());
            out.unsigned(boot.clock().number());
        });
        out.unsigned(signals.size());
        signals.keySet().forEach(signal -> write(signal, out));
        out.append(column);
    }

    private static void write(Signal signal, Sink out) {
        out.unsigned(signal.kind().number());
        out.unsigned(signal.rate().samples());
        out.unsigned(signal.rate().micros());
        Scale scale = signal.scale();
        out.unsigned(scale.unit().number());
        write(scale.resolution(), out);
        write(scale.offset(), out);
        out.unsigned((scale.lowest().isPresent() ? 1 : 0)
                + (scale.highest().isPresent() ? 2 : 0)
                + (signal.form() == Waveform.Form.EXTREMES ? 4 : 0));
        scale.lowest().ifPresent(limit -> write(limit, out));
        scale.highest().ifPresent(limit -> write(limit, out));
    }

    private static void write(BigDecimal number, Sink out) {
        out.signed(number.unscaledValue().longValueExact());
        out.unsigned(number.scale());
    }

    /** Runs of marks first; then 0 or 1, the order of the differences that is cheaper; then the unmarked samples. */
    private static void writeSamples(Samples samples, Sink out) {
        int runs = 0;
        Sink marked = new Sink();
        int end = 0;
        long[] kept = new long[samples.size()];
        int size = 0;
        for (int i = 0; i < samples.size(); ) {
            int mark = markNumber(samples.get(i));
            if (mark == 0) {
                kept[size++] = samples.get(i++);
                continue;
            }
            int from = i;
            while (i < samples.size() && samples.get(i) == samples.get(from)) {
                i++;
            }
            marked.unsigned(from - end);
            marked.unsigned(i - from);
            marked.unsigned(mark);
            end = i;
            runs++;
        }
        out.unsigned(runs);
        out.append(marked);
        int order = cost(kept, size, 1) < cost(kept, size, 0) ? 1 : 0;
        out.unsigned(order);
        for (int i = 0; i < size; i++) {
            out.signed(kept[i] - promised(kept, i, order));
        }
    }

    private static int markNumber(int value) {
        for (int i = 0; i < MARKS.length; i++) {
            if (value == MARKS[i]) {
                return i + 1;
            }
        }
        return 0;
    }

    private static long cost(long[] kept, int size, int order) {
        long cost = 0;
        for (int i = 0; i < size; i++) {
            cost += Math.abs(kept[i] - promised(kept, i, order));
        }
        return cost;
    }

    /** Order 0: as the sample before; order 1: going on as the two before. The first is promised to be 0. */
    private static long promised(long[] kept, int i, int order) {
        if (i == 0) {
            return 0;
        }
        return order == 0 || i == 1 ? kept[i - 1] : 2 * kept[i - 1] - kept[i - 2];
    }

    static List<Waveform> read(Source in, int count, boolean withCorrections) {
        List<DeviceId> devices = new ArrayList<>();
        for (int left = in.count("waveform devices", MAX_ENTRIES, 2); left > 0; left--) {
            devices.add(new DeviceId(in.text("device", DeviceId.MAX_LENGTH)));
        }
        List<Boot> boots = new ArrayList<>();
        for (int left = in.count("waveform boots", MAX_ENTRIES, 2); left > 0; left--) {
            boots.add(new Boot(in.signed(), ClockState.of(in.index("clock state", 4))));
        }
        List<Signal> signals = new ArrayList<>();
        for (int left = in.count("signals", MAX_ENTRIES, 9); left > 0; left--) {
            signals.add(signal(in, withCorrections));
        }
        var history = new History(withCorrections);
        long samples = 0;
        var blocks = new ArrayList<Waveform>(count);
        for (int i = 0; i < count; i++) {
            int device = in.index("device", devices.size());
            Boot boot = boots.get(in.index("boot", boots.size()));
            int signalAt = in.index("signal", signals.size());
            Signal signal = signals.get(signalAt);
            int size = in.index("samples", Waveform.MAX_SAMPLES + 1);
            samples += size;
            if (samples > MAX_SAMPLES) {
                throw new BatchException("samples must be at most " + MAX_SAMPLES + " in a batch");
            }
            Stamp stamp = history.read(in, boot, device, signalAt);
            var block = new Waveform(
                    devices.get(device),
                    stamp,
                    signal.kind(),
                    signal.rate(),
                    signal.scale(),
                    samples(in, size),
                    signal.form());
            history.ended(device, signalAt, block);
            blocks.add(block);
        }
        return blocks;
    }

    private static Signal signal(Source in, boolean withForm) {
        WaveformKind kind = Catalogue.standard().waveform(in.index("waveform kind", Integer.MAX_VALUE));
        var rate = new Rate(in.unsigned(), in.unsigned());
        Unit unit = Unit.of(in.index("unit", Unit.values().length + 1));
        BigDecimal resolution = decimal(in);
        BigDecimal offset = decimal(in);
        int limits = in.index("limits", withForm ? 8 : 4);
        return new Signal(
                kind,
                rate,
                new Scale(
                        resolution,
                        offset,
                        unit,
                        (limits & 1) == 0 ? Optional.empty() : Optional.of(decimal(in)),
                        (limits & 2) == 0 ? Optional.empty() : Optional.of(decimal(in))),
                (limits & 4) == 0 ? Waveform.Form.MEASURED : Waveform.Form.EXTREMES);
    }

    private static BigDecimal decimal(Source in) {
        return BigDecimal.valueOf(in.signed(), in.index("scale", 19));
    }

    private static Samples samples(Source in, int size) {
        int[] values = new int[size];
        int runs = in.count("runs of marks", size, 3);
        int end = 0;
        for (int run = 0; run < runs; run++) {
            int from = end + in.index("run of marks", size - end + 1);
            end = from + in.index("run of marks", size - from + 1);
            int mark = in.index("mark", MARKS.length + 1);
            if (mark == 0) {
                throw new BatchException("mark must be 1 to " + MARKS.length + ", was 0");
            }
            for (int i = from; i < end; i++) {
                values[i] = MARKS[mark - 1];
            }
        }
        int order = in.index("order", 2);
        long last = 0;
        long step = 0;
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (Samples.isMark(values[i])) {
                continue;
            }
            long value = last + (order == 1 && kept > 1 ? step : 0) + in.signed();
            if (value > Samples.MAX_SAMPLE || value < -Samples.MAX_SAMPLE) {
                throw new BatchException("a sample must be -" + Samples.MAX_SAMPLE + " to " + Samples.MAX_SAMPLE);
            }
            step = value - last;
            last = value;
            values[i] = (int) value;
            kept++;
        }
        return Samples.of(values);
    }

    /** What both sides remember to guess the next stamp: a signal goes on where its last block ended. */
    private static final class History {
        private final boolean withCorrections;
        private long correction;
        private long received;
        private long tickDistance;
        private long anyTime;
        private final Map<Long, Long> expected = new HashMap<>();

        History(boolean withCorrections) {
            this.withCorrections = withCorrections;
        }

        private long expected(int device, int signal) {
            return expected.getOrDefault(key(device, signal), anyTime);
        }

        private static long key(int device, int signal) {
            return ((long) device << 32) | signal;
        }

        void write(Stamp stamp, int device, int signal, Waveform block, Sink out) {
            long receivedMicros = Micros.of(stamp.receivedAt());
            out.signed(receivedMicros - received);
            received = receivedMicros;
            long distance = Math.floorDiv(receivedMicros, 1000) - stamp.tickMillis();
            out.signed(distance - tickDistance);
            tickDistance = distance;
            out.unsigned(stamp.deviceTime().isPresent() ? 1 : 0);
            stamp.deviceTime().ifPresent(time -> {
                out.signed(Micros.of(time) - expected(device, signal));
                if (withCorrections) {
                    out.signed(stamp.correction().toMillis() - correction);
                    correction = stamp.correction().toMillis();
                }
            });
            ended(device, signal, block);
        }

        Stamp read(Source in, Boot boot, int device, int signal) {
            received += in.signed();
            tickDistance += in.signed();
            Optional<Instant> time = in.index("device time", 2) == 0
                    ? Optional.empty()
                    : Optional.of(Micros.instant(expected(device, signal) + in.signed()));
            if (withCorrections && time.isPresent()) {
                correction += in.signed();
            }
            return new Stamp(
                    time,
                    Micros.instant(received),
                    Math.floorDiv(received, 1000) - tickDistance,
                    boot.boot(),
                    boot.clock(),
                    time.isPresent() ? Duration.ofMillis(correction) : Duration.ZERO);
        }

        void ended(int device, int signal, Waveform block) {
            block.stamp().deviceTime().ifPresent(time -> {
                anyTime = Micros.of(time);
                expected.put(
                        key(device, signal),
                        anyTime + block.rate().lasting(block.samples().size()));
            });
        }
    }
}
