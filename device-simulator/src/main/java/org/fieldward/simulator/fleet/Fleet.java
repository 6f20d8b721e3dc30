package org.fieldward.simulator.fleet;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.device.Backoff;
import org.fieldward.simulator.device.Outbox;
import org.fieldward.simulator.evidence.Evidence;
import org.fieldward.simulator.sample.Message;

/**
 * Devices that publish what their feeds say, each over its own connection, until everything is acknowledged. A lost
 * connection is made again; what was not acknowledged goes out again, unchanged. All devices live on one event loop.
 * The methods may be called from any other thread.
 */
public final class Fleet implements AutoCloseable {

    private final Vertx vertx;
    private final Context context;
    private final FleetSettings settings;
    private final Evidence evidence;
    private final LongSupplier nanoTime;
    private final List<MqttDevice> devices = new ArrayList<>();

    /** @param nanoTime a monotonic clock */
    public Fleet(FleetSettings settings, Evidence evidence, LongSupplier nanoTime) {
        this.settings = settings;
        this.evidence = evidence;
        this.nanoTime = nanoTime;
        vertx = Vertx.vertx(new VertxOptions()
                .setFileSystemOptions(new FileSystemOptions().setClassPathResolvingEnabled(false))
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1));
        context = vertx.getOrCreateContext();
    }

    /** The run begins: messages are due from now on. To be called once. */
    public void start(Map<DeviceId, Iterator<Message>> feeds) {
        long begin = nanoTime.getAsLong();
        var jitter = new SplittableRandom(settings.retry().seed());
        onLoop(() -> {
            new TreeMap<>(feeds).forEach((device, feed) -> {
                var backoff =
                        new Backoff(settings.retry().min(), settings.retry().max(), jitter.split());
                var outbox = new Outbox(feed, settings.window());
                devices.add(new MqttDevice(
                        vertx, device, settings, outbox, backoff, evidence, () -> nanoTime.getAsLong() - begin));
            });
            devices.forEach(MqttDevice::start);
            return Future.succeededFuture();
        });
    }

    public FleetProgress progress() {
        return onLoop(() -> Future.succeededFuture(
                devices.stream().map(MqttDevice::progress).reduce(FleetProgress.NOTHING, FleetProgress::plus)));
    }

    /** Blocks. Returns false if the time was over before everything was said and acknowledged */
    public boolean awaitDone(Duration atMost) {
        try {
            Future.all(devices.stream().map(MqttDevice::done).toList())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new FleetException("a device cannot go on", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Stops taking from the feeds; what is in flight may still be acknowledged. Say goodbye with {@link #close}. */
    public void hush() {
        onLoop(() -> {
            devices.forEach(MqttDevice::hush);
            return Future.succeededFuture();
        });
    }

    private <T> T onLoop(Supplier<Future<T>> work) {
        Promise<T> promise = Promise.promise();
        context.runOnContext(go -> {
            try {
                work.get().onComplete(promise);
            } catch (RuntimeException e) {
                promise.fail(e);
            }
        });
        try {
            return promise.future().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new FleetException("the fleet does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FleetException("interrupted while the fleet worked", e);
        }
    }

    /** Every device says goodbye. The evidence stays open: it belongs to the caller. */
    @Override
    public void close() {
        try {
            onLoop(() -> Future.join(devices.stream().map(MqttDevice::stop).toList()));
        } finally {
            vertx.close();
        }
    }
}
