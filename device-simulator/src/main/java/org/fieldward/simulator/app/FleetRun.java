package org.fieldward.simulator.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.evidence.Evidence;
import org.fieldward.simulator.fleet.Fleet;
import org.fieldward.simulator.fleet.FleetProgress;
import org.fieldward.simulator.fleet.FleetSettings;
import org.fieldward.simulator.sample.Message;

/** Runs a fleet until it is done or Ctrl-C is pressed, and says how it goes. */
final class FleetRun {

    private final FleetSettings settings;
    private final Path evidence;
    private final Duration progressEvery;
    private final PrintWriter out;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);

    FleetRun(FleetSettings settings, Path evidence, Duration progressEvery, PrintWriter out) {
        this.settings = settings;
        this.evidence = evidence;
        this.progressEvery = progressEvery;
        this.out = out;
    }

    /** Blocks. Returns 0 if everything that was said is acknowledged (at QoS 0: was said), else 1 */
    int run(Map<DeviceId, Iterator<Message>> feeds) {
        var hook = new Thread(this::stopAndWait, "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try (Evidence kept = Evidence.open(evidence, InstantSource.system());
                var fleet = new Fleet(settings, kept, System::nanoTime)) {
            long begin = System.nanoTime();
            fleet.start(feeds);
            boolean done = false;
            while (!done && !stopping.get()) {
                done = awaitOrStop(fleet);
                say(fleet.progress(), feeds.size(), Duration.ofNanos(System.nanoTime() - begin));
            }
            fleet.hush();
            return lastAnswers(fleet) == 0 ? 0 : 1;
        } finally {
            ended.countDown();
            if (!stopping.get()) {
                Runtime.getRuntime().removeShutdownHook(hook);
            }
        }
    }

    private boolean awaitOrStop(Fleet fleet) {
        long until = System.nanoTime() + progressEvery.toNanos();
        boolean done = false;
        while (!done && !stopping.get() && System.nanoTime() < until) {
            done = fleet.awaitDone(Duration.ofMillis(Math.min(200, progressEvery.toMillis())));
        }
        return done;
    }

    /** What is in flight gets three more seconds to be answered. */
    private static long lastAnswers(Fleet fleet) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(3);
        long open = fleet.progress().unacknowledged();
        while (open > 0 && System.nanoTime() < until) {
            fleet.awaitDone(Duration.ofMillis(50));
            open = fleet.progress().unacknowledged();
        }
        return open;
    }

    private void say(FleetProgress progress, int devices, Duration elapsed) {
        out.printf(
                "%02d:%02d:%02d  sent %,d  acknowledged %,d  open %,d  sent again %,d  connected %d of %d%n",
                elapsed.toHours(),
                elapsed.toMinutesPart(),
                elapsed.toSecondsPart(),
                progress.sent(),
                progress.acked(),
                progress.unacknowledged(),
                progress.resent(),
                progress.connected(),
                devices);
        out.flush();
    }

    private void stopAndWait() {
        stopping.set(true);
        try {
            if (!ended.await(8, TimeUnit.SECONDS)) {
                out.println("gave up waiting for the last answers");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
