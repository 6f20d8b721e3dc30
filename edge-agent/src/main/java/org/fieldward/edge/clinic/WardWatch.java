package org.fieldward.edge.clinic;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.fieldward.edge.buffer.CommitListener;
import org.fieldward.edge.clinic.DeviceView.LastValue;
import org.fieldward.edge.clinic.DeviceView.State;
import org.fieldward.edge.ingest.packet.Properties;
import org.fieldward.edge.ingest.topic.LocalMessage;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.edge.ingest.topic.RetainedSource;
import org.fieldward.edge.ingest.topic.TopicFilter;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.DeviceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes every commit, keeps the {@link Ward}, and publishes new values on {@code devices/{id}/values} to those who
 * subscribed, at most five times a second and device. Nothing is written for nobody. Thread-safe.
 */
public final class WardWatch implements CommitListener, RetainedSource, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(WardWatch.class);

    private static final int MAX_DEVICES = 10_000;
    private static final long TICK_MILLIS = 200;

    /** So many records wake the thread before its time: what waits holds memory. */
    private static final int WAKE_RECORDS = 4_096;

    /** So far behind, the writer lends a hand: nothing is lost, and what waits stays bounded. */
    private static final int MAX_WAITING_RECORDS = 16_384;

    private final LocalTopics topics;
    private final Supplier<Now> now;
    private final Ward ward;
    private final Object queue = new Object();
    private final Thread thread;
    private List<List<Sequenced>> waiting = new ArrayList<>();
    private int waitingRecords;
    private volatile boolean running = true;

    /** @param lateAfter a reading that is older at its arrival is history */
    public WardWatch(LocalTopics topics, Duration lateAfter, Supplier<Now> now) {
        this.topics = topics;
        this.now = now;
        ward = new Ward(MAX_DEVICES, lateAfter);
        thread = Thread.ofPlatform().name("ward-watch").unstarted(this::run);
    }

    public void start() {
        topics.add(this);
        thread.start();
    }

    @Override
    public void committed(List<Sequenced> entries) {
        int before;
        int records;
        synchronized (queue) {
            waiting.add(entries);
            before = waitingRecords;
            waitingRecords += entries.size();
            records = waitingRecords;
        }
        if (records > MAX_WAITING_RECORDS) {
            drain();
        } else if (records > WAKE_RECORDS && before <= WAKE_RECORDS) {
            LockSupport.unpark(thread);
        }
    }

    int waitingRecords() {
        synchronized (queue) {
            return waitingRecords;
        }
    }

    /** The values of each device whose topic the filter matches. */
    @Override
    public List<LocalMessage> matching(TopicFilter filter) {
        drain();
        Now moment = now.get();
        var messages = new ArrayList<LocalMessage>();
        synchronized (ward) {
            for (DeviceId device : ward.known()) {
                String topic = topic(device);
                List<LastValue> values = filter.matches(topic) ? ward.values(device, moment) : List.of();
                if (!values.isEmpty()) {
                    messages.add(new LocalMessage(topic, ValuesJson.of(values), 1, true, Properties.NONE));
                }
            }
        }
        return messages;
    }

    /**
     * Every device that is known, in the natural order of their names.
     *
     * @param online connected at this moment
     * @param also devices that may have said nothing that was stored
     */
    public List<DeviceView> devices(Set<DeviceId> online, Collection<DeviceId> also) {
        drain();
        List<DeviceView> views;
        synchronized (ward) {
            views = new ArrayList<>(ward.views(now.get()));
        }
        var unknown = new HashSet<>(also);
        unknown.addAll(online);
        views.forEach(view -> unknown.remove(view.device()));
        unknown.forEach(device -> views.add(DeviceView.unknown(device)));
        views.replaceAll(view -> asSeenAtTheDoor(view, online));
        views.sort((a, b) ->
                NaturalOrder.INSTANCE.compare(a.device().name(), b.device().name()));
        return views;
    }

    /** The door is right at once; what was stored says since when. */
    private static DeviceView asSeenAtTheDoor(DeviceView view, Set<DeviceId> online) {
        boolean connected = online.contains(view.device());
        if (connected && view.state() != State.ONLINE) {
            return view.in(State.ONLINE);
        }
        return !connected && view.state() == State.ONLINE && !isBehindOneOf(online, view.device())
                ? view.in(State.LOST)
                : view;
    }

    /** A device behind a Sparkplug node, {@code {node}.{device}}, has no connection but the node's. */
    private static boolean isBehindOneOf(Set<DeviceId> online, DeviceId device) {
        int dot = device.name().lastIndexOf('.');
        return dot > 0 && online.contains(new DeviceId(device.name().substring(0, dot)));
    }

    private void run() {
        long publishedAt = now.get().tickMillis();
        while (running) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
            try {
                drain();
                long tick = now.get().tickMillis();
                if (tick - publishedAt >= TICK_MILLIS) {
                    publishedAt = tick;
                    publish();
                }
            } catch (RuntimeException e) {
                // One entry that cannot be shown must not end the screen of all others.
                LOG.error("values could not be published in the ward", e);
            }
        }
    }

    /** In the order of the commits, whoever does it. */
    private void drain() {
        synchronized (ward) {
            List<List<Sequenced>> taken;
            synchronized (queue) {
                taken = waiting;
                waiting = new ArrayList<>();
                waitingRecords = 0;
            }
            if (!taken.isEmpty()) {
                Now moment = now.get();
                taken.forEach(entries -> ward.fold(entries, moment));
            }
        }
    }

    /** One step of the thread, which a test takes itself. */
    void publish() {
        List<Ward.Update> updates;
        synchronized (ward) {
            updates = ward.takeUpdates(device -> topics.hasSubscriber(topic(device)), now.get());
        }
        for (Ward.Update update : updates) {
            ByteString json = ValuesJson.of(update.values());
            // The next is never far, so none is worth a disk: who asked for more than QoS 0 gets QoS 0.
            topics.publish(new LocalMessage(topic(update.device()), json, 0, false, Properties.NONE), null);
        }
    }

    private static String topic(DeviceId device) {
        return "devices/" + device + "/values";
    }

    @Override
    public void close() {
        running = false;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
