package org.fieldward.edge.ingest.door;

import com.google.protobuf.ByteString;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldward.edge.ingest.Intake;
import org.fieldward.edge.ingest.access.Doorkeeper;
import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.edge.ingest.door.DoorSettings.Limits;
import org.fieldward.edge.ingest.door.DoorSettings.Listener;
import org.fieldward.edge.ingest.door.DoorSettings.Tls;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The MQTT server of the ward (3.1, 3.1.1 and 5). PUBACK and PUBREC go out only after the buffer stored the publish, in the
 * order the publishes came. Sessions live as long as their connections.
 */
public final class MqttDoor {

    private static final Logger LOG = LoggerFactory.getLogger(MqttDoor.class);
    private static final long SWEEP_MILLIS = 500;
    private static final long REFRESH_MILLIS = 5_000;

    /** Where the door is open; a port is empty if that listener is off. */
    public record Ports(Optional<Integer> plain, Optional<Integer> tls) {}

    /**
     * How the door is doing.
     *
     * @param published publishes since the start
     * @param denied of them to topics that were not the client's own
     * @param violations connections ended because the client broke MQTT
     * @param turnedAway connections beyond a limit
     */
    public record View(
            int connections,
            Set<DeviceId> online,
            long published,
            long denied,
            long violations,
            long refusedLogins,
            long turnedAway) {}

    private final Vertx vertx;
    private final DoorSettings settings;
    private final Doorkeeper doorkeeper;
    private final Intake intake;
    private final LocalTopics topics;
    private final Sessions sessions = new Sessions();
    private final DoorCounters counters = new DoorCounters();
    private final Map<String, Integer> perAddress = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong assigned = new AtomicLong();
    private volatile boolean closing;
    private volatile String deployment = "";
    private volatile Ports ports = new Ports(Optional.empty(), Optional.empty());

    public MqttDoor(Vertx vertx, DoorSettings settings, Doorkeeper doorkeeper, Intake intake, LocalTopics topics) {
        this.vertx = vertx;
        this.settings = settings;
        this.doorkeeper = doorkeeper;
        this.intake = intake;
        this.topics = topics;
    }

    /** Completes when the door is open; fails if a port is taken or a certificate cannot be read. */
    public CompletionStage<Ports> start() {
        var options = new DeploymentOptions().setInstances(settings.eventLoops());
        return vertx.deployVerticle(Listening::new, options)
                .map(id -> {
                    deployment = id;
                    LOG.info(
                            "MQTT is open: plain {}, TLS {}",
                            ports.plain().map(String::valueOf).orElse("off"),
                            ports.tls().map(String::valueOf).orElse("off"));
                    return ports;
                })
                .toCompletionStage();
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
        sessions.all()
                .forEach(connection -> connection.session().ifPresent(open -> {
                    if (open.identity() instanceof Identity.Device device) {
                        online.add(device.id());
                    }
                }));
        return new View(
                connections.get(),
                online,
                counters.published().sum(),
                counters.denied().sum(),
                counters.violations().sum(),
                counters.refusedLogins().sum(),
                counters.turnedAway().sum());
    }

    /** One event loop: its listeners and its connections. */
    private final class Listening extends VerticleBase {
        private final List<NetServer> servers = new ArrayList<>();
        private Optional<Loop> loop = Optional.empty();

        @Override
        public Future<?> start() {
            var own = new Loop(context);
            loop = Optional.of(own);
            vertx.setPeriodic(SWEEP_MILLIS, timer -> own.sweep(intake.tickMillis()));
            vertx.setPeriodic(
                    REFRESH_MILLIS,
                    timer -> vertx.executeBlocking(doorkeeper::refresh)
                            .onFailure(failure -> LOG.error("Accounts stay as they were: {}", failure.getMessage())));
            Future<Void> plain = settings.plain()
                    .map(listener -> listen(own, options(), listener, -1).<Void>map(port -> {
                        remember(Optional.of(port), Optional.empty());
                        return null;
                    }))
                    .orElseGet(Future::succeededFuture);
            return plain.compose(nothing -> settings.tls()
                    .map(tls -> listen(own, secured(tls), tls.listener(), -2).<Void>map(port -> {
                        remember(Optional.empty(), Optional.of(port));
                        return null;
                    }))
                    .orElseGet(Future::succeededFuture));
        }

        /** @param shared stands for "any free port, the same for all event loops" */
        private Future<Integer> listen(Loop own, NetServerOptions options, Listener listener, int shared) {
            NetServer server = vertx.createNetServer(options);
            servers.add(server);
            return server.connectHandler(socket -> accept(own, socket))
                    .exceptionHandler(failure -> LOG.debug("A connection failed early: {}", failure.toString()))
                    .listen(listener.port() == 0 ? shared : listener.port(), listener.host())
                    .map(NetServer::actualPort);
        }

        @Override
        public Future<?> stop() {
            loop.ifPresent(Loop::endAll);
            return Future.all(servers.stream().map(NetServer::close).toList());
        }
    }

    private synchronized void remember(Optional<Integer> plain, Optional<Integer> tls) {
        ports = new Ports(plain.or(() -> ports.plain()), tls.or(() -> ports.tls()));
    }

    private NetServerOptions options() {
        return new NetServerOptions().setTcpNoDelay(true).setTcpKeepAlive(true).setAcceptBacklog(1024);
    }

    private NetServerOptions secured(Tls tls) {
        NetServerOptions options = options()
                .setSsl(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                .setSslHandshakeTimeout(limits().connectDeadline().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(tls.certificate().toString())
                        .setKeyPath(tls.key().toString()));
        tls.clientCa()
                .ifPresent(authorities -> options.setClientAuth(
                                tls.clientRequired() ? ClientAuth.REQUIRED : ClientAuth.REQUEST)
                        .setTrustOptions(new PemTrustOptions().addCertPath(authorities.toString())));
        return options;
    }

    private void accept(Loop loop, NetSocket socket) {
        var connection = new Connection(this, loop, socket);
        int all = connections.incrementAndGet();
        int same = perAddress.merge(connection.address(), 1, Integer::sum);
        if (closing || all > limits().maxConnections() || same > limits().maxConnectionsPerAddress()) {
            counters.turnedAway().increment();
            LOG.warn("A client from {} is turned away: {} connections, {} from there", connection.address(), all, same);
            left(connection);
            socket.close();
            return;
        }
        loop.add(connection);
        connection.start();
    }

    void left(Connection connection) {
        connections.decrementAndGet();
        perAddress.computeIfPresent(connection.address(), (address, count) -> count > 1 ? count - 1 : null);
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
            case Identity.Operator operator -> operator.name() + "-" + assigned.incrementAndGet();
        };
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

    Sessions sessions() {
        return sessions;
    }

    DoorCounters counters() {
        return counters;
    }
}
