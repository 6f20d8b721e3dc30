package org.fieldward.edge.ingest.door;

import com.google.protobuf.ByteString;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldward.edge.ingest.Intake;
import org.fieldward.edge.ingest.access.Doorkeeper;
import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.edge.ingest.door.DoorSettings.Limits;
import org.fieldward.edge.ingest.door.pipe.TlsShield;
import org.fieldward.edge.ingest.session.Author;
import org.fieldward.edge.ingest.session.Change;
import org.fieldward.edge.ingest.session.Session;
import org.fieldward.edge.ingest.session.SessionJournal;
import org.fieldward.edge.ingest.session.SessionJournal.Kept;
import org.fieldward.edge.ingest.session.Sessions;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MQTT server of the ward (3.1, 3.1.1 and 5). PUBACK and PUBREC go out only after the buffer stored the publish, in the
 * order the publishes came. Sessions outlive their connections for as long as their clients ask, and restarts too.
 */
public final class MqttDoor {

    private static final Logger LOG = LoggerFactory.getLogger(MqttDoor.class);
    private static final long SWEEP_MILLIS = 500;
    private static final long REFRESH_MILLIS = 5_000;
    private static final long MAX_UNFINISHED_BYTES = 2 << 20;

    /**
     * The ways in, and what a client takes of the heap by each, with its session and all that is known of it: a quarter to a
     * half more than was measured; a WebSocket was not and is put at some KB more than what it runs over.
     */
    enum Way {
        PLAIN(14 << 10),
        TLS(24 << 10),
        WEB(20 << 10),
        SECURE_WEB(30 << 10);

        private final int bytes;

        Way(int bytes) {
            this.bytes = bytes;
        }
    }

    /** Where the door is open; a port is empty if that listener is off. */
    public record Ports(
            Optional<Integer> plain, Optional<Integer> tls, Optional<Integer> web, Optional<Integer> secureWeb) {
        public static final Ports NONE =
                new Ports(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * How the door is doing.
     *
     * @param sessions remembered, with and without a connection
     * @param published publishes since the start
     * @param denied of them to topics that were not the client's own
     * @param violations connections ended because the client broke MQTT
     * @param turnedAway connections beyond a limit
     */
    public record View(
            int connections,
            Set<DeviceId> online,
            int sessions,
            long published,
            long denied,
            long violations,
            long refusedLogins,
            long turnedAway) {}

    private final Vertx vertx;
    private final DoorSettings settings;
    private final long maxClientBytes;
    private final Doorkeeper doorkeeper;
    private final Intake intake;
    private final LocalTopics topics;
    private final SessionJournal journal;
    private final Sessions sessions;
    private final DoorCounters counters = new DoorCounters();
    private final Complaints complaints = new Complaints(LOG::info);
    private final Map<String, Integer> perAddress = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong clientBytes = new AtomicLong();
    private final AtomicLong assigned = new AtomicLong();
    private final AtomicLong unfinishedBytes = new AtomicLong();
    private final Map<Way, Integer> ports = new EnumMap<>(Way.class);
    private Optional<TlsShield> shield = Optional.empty();
    private volatile boolean closing;
    private volatile String deployment = "";

    /**
     * @param heapBytes more clients than fit into two thirds of it are turned away, however many the settings allow: a gateway
     *     that ends for want of memory is lost for all
     * @param journal where sessions are kept; the caller closes it, after the door
     */
    public MqttDoor(
            Vertx vertx,
            DoorSettings settings,
            long heapBytes,
            Doorkeeper doorkeeper,
            Intake intake,
            LocalTopics topics,
            SessionJournal journal) {
        this.vertx = vertx;
        this.settings = settings;
        maxClientBytes = heapBytes / 3 * 2;
        this.doorkeeper = doorkeeper;
        this.intake = intake;
        this.topics = topics;
        this.journal = journal;
        sessions = new Sessions(
                topics, doorkeeper::mayReceive, journal, settings.limits().sessions());
    }

    /** Completes when the door is open; fails if a port is taken or a certificate cannot be read. */
    public CompletionStage<Ports> start() {
        restore();
        vertx.setPeriodic(SWEEP_MILLIS, timer -> sweep());
        vertx.setPeriodic(
                REFRESH_MILLIS,
                timer -> vertx.executeBlocking(this::refresh)
                        .onFailure(failure -> LOG.error(
                                "Accounts and revocation lists stay as they were: {}", failure.getMessage())));
        var options = new DeploymentOptions().setInstances(settings.eventLoops());
        var isFirst = new AtomicBoolean(true);
        return vertx.deployVerticle(() -> new Listeners(this, settings, isFirst.getAndSet(false)), options)
                .map(id -> {
                    deployment = id;
                    Ports open = ports();
                    LOG.info(
                            "MQTT is open: plain {}, TLS {}, WebSocket {}, WebSocket with TLS {}, unix socket {}",
                            word(open.plain()),
                            word(open.tls()),
                            word(open.web()),
                            word(open.secureWeb()),
                            word(settings.unixSocket()));
                    return open;
                })
                .toCompletionStage();
    }

    /** One for all event loops, made by the first that asks. Blocks while it reads keys that somebody gave. */
    synchronized TlsShield shield(DoorSettings.Tls tls) {
        if (shield.isEmpty()) {
            var made = new TlsShield(
                    tls.keys().certificate(),
                    tls.keys().key(),
                    tls.clientCa(),
                    tls.clientRequired(),
                    limits().connectDeadline(),
                    task -> vertx.executeBlocking(() -> {
                        task.run();
                        return null;
                    }));
            if (!tls.keys().own() || tls.clientCa().isPresent()) {
                made.check();
            }
            shield = Optional.of(made);
        }
        return shield.get();
    }

    private void restore() {
        Kept kept = journal.load();
        topics.restore(kept.retained());
        topics.onRetained(message -> journal.record(new Change.Retained(message)));
        sessions.restore(kept, doorkeeper::isCurrent, nowMillis());
        forgetRevoked();
    }

    private static String word(Optional<?> given) {
        return given.map(String::valueOf).orElse("off");
    }

    private void sweep() {
        long now = nowMillis();
        sessions.sweep(now).forEach(farewell -> Visit.execute(this, farewell));
        topics.expire(now);
    }

    private boolean refresh() {
        try {
            return doorkeeper.refresh();
        } finally {
            // Also where one of two files is faulty: what the other takes back is taken back.
            forgetRevoked();
        }
    }

    /** Who may no longer be here leaves nothing behind: no session, no last word. */
    private void forgetRevoked() {
        sessions.purge(doorkeeper::isCurrent);
        topics.forget(author -> !doorkeeper.isCurrent(Author.identity(author)));
    }

    /** Says goodbye to MQTT 5 clients and closes all; what is not yet acknowledged stays so. No status is stored. */
    public CompletionStage<Void> close() {
        closing = true;
        if (deployment.isEmpty()) {
            return Future.<Void>succeededFuture().toCompletionStage();
        }
        return vertx.undeploy(deployment).toCompletionStage();
    }

    public View view() {
        var online = new TreeSet<DeviceId>();
        for (Session session : sessions.present()) {
            if (session.key().identity() instanceof Identity.Device device) {
                online.add(device.id());
            }
        }
        return new View(
                connections.get(),
                online,
                sessions.size(),
                counters.published().sum(),
                counters.denied().sum(),
                counters.violations().sum(),
                counters.refusedLogins().sum(),
                counters.turnedAway().sum());
    }

    void opened(Way way, int port) {
        synchronized (ports) {
            ports.put(way, port);
        }
    }

    private Ports ports() {
        synchronized (ports) {
            return new Ports(
                    Optional.ofNullable(ports.get(Way.PLAIN)),
                    Optional.ofNullable(ports.get(Way.TLS)),
                    Optional.ofNullable(ports.get(Way.WEB)),
                    Optional.ofNullable(ports.get(Way.SECURE_WEB)));
        }
    }

    /** Counts a client in, unless there are too many already; who is counted has to be counted out by {@link #left}. */
    boolean admit(String address, Way way) {
        long bytes = clientBytes.addAndGet(way.bytes);
        int all = connections.incrementAndGet();
        int same = perAddress.merge(address, 1, Integer::sum);
        boolean fits = bytes <= maxClientBytes;
        if (!closing && fits && all <= limits().maxConnections() && same <= limits().maxConnectionsPerAddress()) {
            return true;
        }
        counters.turnedAway().increment();
        complain(
                address,
                "A client from " + address + " is turned away: " + all + " connections, " + same + " from there"
                        + (fits ? "" : ", and no more fit into the heap (-Xmx)"));
        left(address, way);
        return false;
    }

    /** For the log, but not without end. */
    void complain(String address, String what) {
        complaints.about(address, nowMillis(), what);
    }

    /** How long a new connection from there has to wait before it is read, in milliseconds. */
    long waitMillis(String address) {
        return complaints.waitMillis(address, nowMillis());
    }

    /** Counts memory for CONNECTs that are not complete, of all clients; returns whether there may be so much. */
    boolean mayWait(int moreBytes) {
        return unfinishedBytes.addAndGet(moreBytes) <= MAX_UNFINISHED_BYTES;
    }

    void left(String address, Way way) {
        clientBytes.addAndGet(-way.bytes);
        connections.decrementAndGet();
        perAddress.computeIfPresent(address, (same, count) -> count > 1 ? count - 1 : null);
    }

    /** To the core by way of the buffer, and to the ward at once. */
    void announce(DeviceId device, DeviceStatus.Status status) {
        DeviceStatus entry = intake.status(device, status);
        String word = switch (status) {
            case ONLINE -> "online";
            case OFFLINE -> "offline";
            case LOST -> "lost";
        };
        String json =
                "{\"status\":\"" + word + "\",\"since\":\"" + entry.stamp().receivedAt() + "\"}";
        topics.publish(statusTopic(device), ByteString.copyFromUtf8(json), true);
    }

    static String statusTopic(DeviceId device) {
        return "devices/" + device + "/status";
    }

    String assignClientId(Identity identity) {
        return switch (identity) {
            case Identity.Device device -> device.id().name();
            case Identity.Screen screen -> screen.name() + "-" + assigned.incrementAndGet();
            case Identity.Staff staff -> staff.name() + "-" + assigned.incrementAndGet();
            case Identity.Operator operator -> operator.name() + "-" + assigned.incrementAndGet();
        };
    }

    /** When a message that is good for so many seconds is over. */
    OptionalLong deadline(OptionalLong expirySeconds) {
        return expirySeconds.isPresent()
                ? OptionalLong.of(nowMillis() + expirySeconds.getAsLong() * 1000)
                : OptionalLong.empty();
    }

    /** Completes when what the session was told would survive a power cut; at once for one that is not kept. */
    CompletionStage<Void> settled(Session session) {
        return session.isDurable() ? journal.settled() : CompletableFuture.completedFuture(null);
    }

    long nowMillis() {
        return intake.tickMillis();
    }

    boolean isClosing() {
        return closing;
    }

    Limits limits() {
        return settings.limits();
    }

    Doorkeeper doorkeeper() {
        return doorkeeper;
    }

    Intake intake() {
        return intake;
    }

    LocalTopics topics() {
        return topics;
    }

    SessionJournal journal() {
        return journal;
    }

    Sessions sessions() {
        return sessions;
    }

    DoorCounters counters() {
        return counters;
    }
}
