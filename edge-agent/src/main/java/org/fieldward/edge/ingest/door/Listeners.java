package org.fieldward.edge.ingest.door;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerConfig;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.ServerWebSocketHandshake;
import io.vertx.core.http.WebSocketServerConfig;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fieldward.edge.ingest.door.DoorSettings.Listener;
import org.fieldward.edge.ingest.door.DoorSettings.Tls;
import org.fieldward.edge.ingest.door.MqttDoor.Way;
import org.fieldward.edge.ingest.door.pipe.Pipe;
import org.fieldward.edge.ingest.door.pipe.SocketPipe;
import org.fieldward.edge.ingest.door.pipe.TlsShield;
import org.fieldward.edge.ingest.door.pipe.WebSocketPipe;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One event loop: the ways in that it serves, and its connections. */
final class Listeners extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);
    private static final long SWEEP_MILLIS = 500;
    private static final String PATH = "/mqtt";
    private static final String SUBPROTOCOL = "mqtt";

    /** "Any free port, the same for all event loops", one for each way in. */
    private static final int ANY_PLAIN = -1;

    private static final int ANY_TLS = -2;
    private static final int ANY_WEB = -3;
    private static final int ANY_SECURE_WEB = -4;

    private final MqttDoor door;
    private final DoorSettings settings;
    private final boolean first;
    /** Bytes the kernel takes for one client that is not read; by itself it would take megabytes. */
    private static final int RECEIVE_BUFFER = 128 * 1024;

    private final List<NetServer> servers = new ArrayList<>();
    private final List<HttpServer> webServers = new ArrayList<>();

    /** HTTP connections that are no WebSocket yet, by the address of their other end. */
    private final Set<String> undecided = new HashSet<>();

    private Optional<Loop> loop = Optional.empty();

    /** @param first whether this is the loop that also serves what only one can */
    Listeners(MqttDoor door, DoorSettings settings, boolean first) {
        this.door = door;
        this.settings = settings;
        this.first = first;
    }

    @Override
    public Future<?> start() {
        var own = new Loop(context);
        loop = Optional.of(own);
        vertx.setPeriodic(SWEEP_MILLIS, timer -> own.sweep(door.nowMillis()));
        var opened = new ArrayList<Future<?>>();
        settings.plain().ifPresent(listener -> opened.add(plain(own, listener)));
        settings.tls().ifPresent(tls -> opened.add(secured(own, tls)));
        settings.web().ifPresent(listener -> opened.add(web(own, listener)));
        settings.secureWeb().ifPresent(tls -> opened.add(secureWeb(own, tls)));
        if (first) {
            settings.unixSocket().ifPresent(path -> opened.add(unix(own, path)));
        }
        return Future.all(opened);
    }

    private Future<?> plain(Loop own, Listener listener) {
        NetServer server = server().connectHandler(socket ->
                admit(own, new SocketPipe(socket, socket.remoteAddress().hostAddress())));
        return server.listen(port(listener, ANY_PLAIN), listener.host())
                .onSuccess(bound -> door.opened(Way.PLAIN, bound.actualPort()));
    }

    private void admit(Loop own, Pipe pipe) {
        if (door.admit(pipe.address(), Way.PLAIN)) {
            whenBearable(own, pipe, () -> {});
            new Connection(door, own, pipe, door.nowMillis(), () -> door.left(pipe.address(), Way.PLAIN)).start();
        } else {
            pipe.close();
        }
    }

    /** One from where much trouble came from is not read before it has waited. */
    private void whenBearable(Loop own, Pipe pipe, Runnable action) {
        long wait = door.waitMillis(pipe.address());
        if (wait == 0) {
            action.run();
            return;
        }
        pipe.pause();
        own.later(wait, () -> {
            action.run();
            pipe.resume();
        });
    }

    /** What has to be read is read beside the event loop, which serves clients without TLS meanwhile. */
    private Future<?> secured(Loop own, Tls tls) {
        return vertx.executeBlocking(() -> door.shield(tls)).compose(made -> {
            TlsShield shield = Objects.requireNonNull(made);
            NetServer server = server().connectHandler(socket -> shakeHands(own, socket, shield));
            return server.listen(port(tls.listener(), ANY_TLS), tls.listener().host())
                    .onSuccess(bound -> door.opened(Way.TLS, bound.actualPort()));
        });
    }

    /** A client is counted before it may cost a handshake, and its deadline runs from there. */
    private void shakeHands(Loop own, NetSocket socket, TlsShield shield) {
        var pipe = new SocketPipe(socket, socket.remoteAddress().hostAddress());
        if (!door.admit(pipe.address(), Way.TLS)) {
            socket.close();
            return;
        }
        long acceptedMillis = door.nowMillis();
        var isGone = new AtomicBoolean();
        socket.closeHandler(nothing -> {
            isGone.set(true);
            door.left(pipe.address(), Way.TLS);
        });
        // Without it Vert.x logs every reset as an error, and anybody can fill a disk with those.
        socket.exceptionHandler(failure -> LOG.debug("A connection failed early: {}", failure.toString()));
        // What comes right behind the handshake has to wait until somebody listens.
        var early = new ArrayList<Buffer>();
        socket.handler(early::add);
        Runnable shaken = () -> own.run(() -> {
            // It may be gone right after its handshake: nobody would tell the connection any more.
            if (isGone.get()) {
                return;
            }
            var connection = new Connection(door, own, pipe, acceptedMillis, () -> door.left(pipe.address(), Way.TLS));
            connection.start();
            early.forEach(connection::received);
        });
        whenBearable(own, pipe, () -> shield.raise(socket, shaken));
    }

    private NetServer server() {
        NetServer server = vertx.createNetServer(new NetServerOptions()
                .setTcpNoDelay(true)
                .setTcpKeepAlive(true)
                .setReceiveBufferSize(RECEIVE_BUFFER)
                .setAcceptBacklog(1024));
        servers.add(server);
        return server.exceptionHandler(failure -> LOG.debug("A connection failed early: {}", failure.toString()));
    }

    private ServerSSLOptions options(Tls tls) {
        ServerSSLOptions options = new ServerSSLOptions()
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                .setSslHandshakeTimeout(door.limits().connectDeadline().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(tls.keys().certificate().toString())
                        .setKeyPath(tls.keys().key().toString()));
        tls.clientCa()
                .ifPresent(authorities -> options.setClientAuth(
                                tls.clientRequired() ? ClientAuth.REQUIRED : ClientAuth.REQUEST)
                        .setTrustOptions(new PemTrustOptions().addCertPath(authorities.toString())));
        return options;
    }

    private Future<?> web(Loop own, Listener listener) {
        return serve(own, vertx.createHttpServer(webConfig()), Way.WEB)
                .listen(port(listener, ANY_WEB), listener.host())
                .onSuccess(bound -> door.opened(Way.WEB, bound.actualPort()));
    }

    private Future<?> secureWeb(Loop own, Tls tls) {
        return serve(own, vertx.createHttpServer(webConfig(), options(tls)), Way.SECURE_WEB)
                .listen(port(tls.listener(), ANY_SECURE_WEB), tls.listener().host())
                .onSuccess(bound -> door.opened(Way.SECURE_WEB, bound.actualPort()));
    }

    private HttpServerConfig webConfig() {
        return new HttpServerConfig()
                .setVersions(HttpVersion.HTTP_1_1)
                .setWebSocketConfig(new WebSocketServerConfig()
                        .addWebSocketSubProtocol(SUBPROTOCOL)
                        .setMaxFrameSize(door.limits().maxPacketBytes())
                        .setMaxMessageSize(door.limits().maxPacketBytes())
                        .setClosingTimeout(Duration.ofSeconds(1)));
    }

    private HttpServer serve(Loop own, HttpServer server, Way way) {
        webServers.add(server);
        return server.connectionHandler(connection -> count(connection, way))
                .webSocketHandshakeHandler(Listeners::decide)
                .webSocketHandler(socket -> admitted(own, socket, way))
                .requestHandler(request -> request.response().setStatusCode(404).end())
                .exceptionHandler(failure -> LOG.debug("A connection failed early: {}", failure.toString()));
    }

    /** Before it is a WebSocket, too; and it has to become one in time. */
    private void count(HttpConnection connection, Way way) {
        String address = connection.remoteAddress().hostAddress();
        String peer = connection.remoteAddress().toString();
        if (!door.admit(address, way)) {
            connection.close();
            return;
        }
        undecided.add(peer);
        connection.closeHandler(nothing -> {
            if (undecided.remove(peer)) {
                door.left(address, way);
            }
        });
        vertx.setTimer(door.limits().connectDeadline().toMillis(), timer -> {
            if (undecided.contains(peer)) {
                connection.close();
            }
        });
    }

    /** The count goes over to it: the HTTP connection's end is not told any more. */
    private void admitted(Loop own, ServerWebSocket socket, Way way) {
        var pipe = new WebSocketPipe(socket);
        undecided.remove(socket.remoteAddress().toString());
        new Connection(door, own, pipe, door.nowMillis(), () -> door.left(pipe.address(), way)).start();
    }

    private static void decide(ServerWebSocketHandshake handshake) {
        boolean speaksMqtt = handshake.headers().getAll("sec-websocket-protocol").stream()
                .flatMap(line -> List.of(line.split(",")).stream())
                .anyMatch(word -> word.strip().equals(SUBPROTOCOL));
        if (PATH.equals(handshake.path()) && speaksMqtt) {
            handshake.accept();
        } else {
            handshake.reject(404);
        }
    }

    /** For programs of this machine, whoever may open the file. */
    private Future<?> unix(Loop own, Path path) {
        try {
            if (Files.exists(path)
                    && !Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
                throw new IOException("mqtt.unix-socket must not be a file that is something else, was " + path);
            }
            // What an earlier run left.
            Files.deleteIfExists(path);
        } catch (IOException e) {
            return Future.failedFuture(e);
        }
        NetServer server = vertx.createNetServer();
        servers.add(server);
        return server.connectHandler(socket -> admit(own, new SocketPipe(socket, Pipe.LOCAL)))
                .listen(SocketAddress.domainSocketAddress(path.toString()))
                .compose(bound -> {
                    try {
                        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-rw----"));
                        return Future.succeededFuture();
                    } catch (IOException e) {
                        return Future.failedFuture(e);
                    }
                });
    }

    private static int port(Listener listener, int any) {
        return listener.port() == 0 ? any : listener.port();
    }

    @Override
    public Future<?> stop() {
        loop.ifPresent(Loop::endAll);
        var closed = new ArrayList<Future<?>>();
        servers.forEach(server -> closed.add(server.close()));
        webServers.forEach(server -> closed.add(server.close()));
        return Future.all(closed);
    }
}
