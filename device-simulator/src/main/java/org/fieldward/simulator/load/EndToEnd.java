package org.fieldward.simulator.load;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.LongStream;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.core.CoreException;
import org.fieldward.simulator.core.HttpCore;
import org.fieldward.simulator.device.Misbehaviour;
import org.fieldward.simulator.evidence.Evidence;
import org.fieldward.simulator.fleet.Fleet;
import org.fieldward.simulator.fleet.FleetSettings;
import org.fieldward.simulator.line.CoreAnswers;
import org.fieldward.simulator.payload.PayloadFormat;
import org.fieldward.simulator.payload.Payloads;
import org.fieldward.simulator.sample.Message;
import org.fieldward.simulator.sample.Sample;
import org.fieldward.simulator.sample.Spoken;
import org.fieldward.simulator.sample.TimedSample;

/**
 * While a load runs, one probe device publishes at a steady rate with the time meant for sending as its device time,
 * and the core's live stream tells when each reading was accepted. Simulator and core must share a clock: one machine.
 * The gateways' backlog is asked for every second. The probe must be bound to a patient, as any device.
 */
public final class EndToEnd implements AutoCloseable {

    private final Probe probe;
    private final HttpCore core;
    private final InstantSource clock;
    private final LongSupplier nanoTime;
    private final Tally whole = new Tally();
    private final Tally window = new Tally();
    private final Tally second = new Tally();
    private final List<Tally> tallies = List.of(whole, window, second);
    private final AtomicBoolean closed = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();
    private final Path evidenceFile;
    private Optional<Fleet> fleet = Optional.empty();
    private Optional<Evidence> evidence = Optional.empty();

    /**
     * The device that measures.
     *
     * @param patient whose stream to follow; empty for the whole stream, which is heavy under load
     * @param perSecond how often it publishes
     */
    public record Probe(FleetSettings settings, DeviceId device, Optional<String> patient, int perSecond) {
        public Probe {
            if (perSecond < 1 || perSecond > 1_000) {
                throw new IllegalArgumentException("probe rate must be 1 to 1000, was " + perSecond);
            }
        }
    }

    /**
     * Times in milliseconds from when a reading was meant to be sent until the stream showed it.
     *
     * @param backlog of all gateways at every second; empty where the core could not be asked
     */
    public record Result(long probes, double p50, double p90, double p99, double p999, double max, List<Long> backlog) {
        public Result {
            backlog = List.copyOf(backlog);
        }
    }

    public EndToEnd(Probe probe, HttpCore core, InstantSource clock, LongSupplier nanoTime) {
        this.probe = probe;
        this.core = core;
        this.clock = clock;
        this.nanoTime = nanoTime;
        try {
            evidenceFile = Files.createTempFile("probe", ".ndjson");
        } catch (IOException e) {
            throw new LoadException("could not create the probe's evidence", e);
        }
    }

    public void start() {
        run("stream", () -> core.follow(probe.patient(), this::heard));
        run("backlog", this::watchBacklog);
        Evidence kept = Evidence.open(evidenceFile, clock);
        evidence = Optional.of(kept);
        var speaking = new Fleet(probe.settings(), kept, nanoTime);
        fleet = Optional.of(speaking);
        speaking.start(Map.of(probe.device(), messages()));
    }

    private void run(String name, Runnable work) {
        threads.add(Thread.ofPlatform().daemon().name("end-to-end-" + name).start(() -> {
            while (!closed.get()) {
                try {
                    work.run();
                } catch (CoreException e) {
                    // A core that restarts is part of what is measured: ask again.
                    LockSupport.parkNanos(500_000_000);
                }
            }
        }));
    }

    private Iterator<Message> messages() {
        Instant start = clock.instant();
        Duration step = Duration.ofNanos(1_000_000_000L / probe.perSecond());
        List<Spoken> values =
                List.of(Spoken.Quantity.of(Catalogue.standard().key("heart-rate"), BigDecimal.valueOf(72)));
        Iterator<TimedSample> samples = LongStream.iterate(1, i -> i + 1)
                .mapToObj(step::multipliedBy)
                .map(due -> new TimedSample(due, new Sample(probe.device(), start.plus(due), values)))
                .iterator();
        return Misbehaviour.NONE.applyTo(samples, new Payloads(PayloadFormat.JSON), 1);
    }

    private void heard(String data) {
        Instant now = clock.instant();
        for (CoreAnswers.Accepted accepted : CoreAnswers.accepted(data)) {
            if (accepted.device().equals(probe.device().name())) {
                long micros = Math.max(0, Duration.between(accepted.time(), now).toNanos() / 1_000);
                tallies.forEach(tally -> tally.micros.recordValue(micros));
            }
        }
    }

    private void watchBacklog() {
        long now = CoreAnswers.backlog(core.gateways());
        tallies.forEach(tally -> tally.backlog(now));
        LockSupport.parkNanos(1_000_000_000);
    }

    /** Forgets what was measured so far. */
    public void restart() {
        tallies.forEach(Tally::take);
    }

    /** What was measured since this was asked last, or since the start. */
    public Result take() {
        return whole.take();
    }

    /** Likewise, apart from {@link #take}: for a part of it. */
    public Result takeWindow() {
        return window.take();
    }

    /** Likewise, of a second. */
    public Result takeSecond() {
        return second.take();
    }

    /** Thread-safe. */
    private static final class Tally {
        private final Histogram micros = new ConcurrentHistogram(3);
        private final List<Long> backlog = new ArrayList<>();

        synchronized void backlog(long records) {
            backlog.add(records);
        }

        synchronized Result take() {
            var result = new Result(
                    micros.getTotalCount(), millis(50), millis(90), millis(99), millis(99.9), millis(100), backlog);
            micros.reset();
            backlog.clear();
            return result;
        }

        private double millis(double percentile) {
            return micros.getValueAtPercentile(percentile) / 1e3;
        }
    }

    @Override
    public void close() {
        closed.set(true);
        threads.forEach(Thread::interrupt);
        fleet.ifPresent(Fleet::close);
        evidence.ifPresent(Evidence::close);
        try {
            Files.deleteIfExists(evidenceFile);
        } catch (IOException e) {
            throw new LoadException("could not remove the probe's evidence", e);
        }
    }
}
