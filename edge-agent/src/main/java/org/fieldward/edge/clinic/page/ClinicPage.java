package org.fieldward.edge.clinic.page;

import com.google.protobuf.ByteString;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.PemKeyCertOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.fieldward.edge.ingest.access.Doorkeeper;
import org.fieldward.edge.ingest.access.Identity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the ward's page, {@code GET /api/clinic} and {@code /api/clinic/events}. Asks every request for a screen's login, unless the page is on this
 * machine only and was opened to it. Beyond this machine it speaks TLS only. Thread-safe.
 */
public final class ClinicPage {

    private static final Logger LOG = LoggerFactory.getLogger(ClinicPage.class);

    private static final int MAX_CONNECTIONS = 200;
    private static final int IDLE_SECONDS = 30;

    /** However many screens ask, the view is made no more often than this. */
    private static final long VIEW_MILLIS = 500;

    private static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Frame-Options",
            "DENY",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin",
            "Cache-Control",
            "no-store");

    /** The door's certificate chain and its key, PEM. */
    public record Certificate(Path chain, Path key) {}

    private record Made(long tickMillis, Buffer json) {}

    private final Vertx vertx;
    private final ClinicSettings settings;
    private final Optional<Certificate> certificate;
    private final Doorkeeper doorkeeper;
    private final Supplier<ClinicView> view;
    private final EventDesk events;
    private final LongSupplier tickMillis;
    private final Assets assets = new Assets();
    private final AtomicInteger connections = new AtomicInteger();
    private final WorkerExecutor maker;
    private Optional<Made> made = Optional.empty();
    private volatile Optional<HttpServer> server = Optional.empty();

    /**
     * @param certificate must be given where the page is for more than this machine
     * @param view is asked on a worker, and only while somebody looks
     */
    public ClinicPage(
            Vertx vertx,
            ClinicSettings settings,
            Optional<Certificate> certificate,
            Doorkeeper doorkeeper,
            Supplier<ClinicView> view,
            EventDesk events,
            LongSupplier tickMillis) {
        if (!settings.isLoopback() && certificate.isEmpty()) {
            throw new IllegalArgumentException("clinic.host must be 127.0.0.1, ::1 or localhost unless"
                    + " mqtt.tls.certificate or mqtt.tls.local-names is given, was '" + settings.host() + "'");
        }
        this.vertx = vertx;
        this.settings = settings;
        this.certificate = settings.isLoopback() ? Optional.empty() : certificate;
        this.doorkeeper = doorkeeper;
        this.view = view;
        this.events = events;
        this.tickMillis = tickMillis;
        maker = vertx.createSharedWorkerExecutor("clinic-view", 1);
    }

    /** Completes with the port. */
    public CompletionStage<Integer> start() {
        HttpServer http = vertx.createHttpServer(options())
                .connectionHandler(connection -> {
                    connection.closeHandler(nothing -> connections.decrementAndGet());
                    if (connections.incrementAndGet() > MAX_CONNECTIONS) {
                        connection.close();
                    }
                })
                .requestHandler(this::answer);
        server = Optional.of(http);
        return http.listen(settings.port(), settings.host())
                .map(listening -> {
                    LOG.info(
                            "the ward's page is open: {}://{}:{}/",
                            certificate.isPresent() ? "https" : "http",
                            settings.host(),
                            listening.actualPort());
                    return listening.actualPort();
                })
                .toCompletionStage();
    }

    public CompletionStage<Void> close() {
        return server.map(HttpServer::close)
                .orElseGet(Future::succeededFuture)
                .eventually(maker::close)
                .toCompletionStage();
    }

    private HttpServerOptions options() {
        var options = new HttpServerOptions()
                .setIdleTimeout(IDLE_SECONDS)
                .setHttp2ClearTextEnabled(false)
                .setUseAlpn(false);
        certificate.ifPresent(files -> options.setSsl(true)
                .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                .setKeyCertOptions(new PemKeyCertOptions()
                        .setCertPath(files.chain().toString())
                        .setKeyPath(files.key().toString())));
        return options;
    }

    private void answer(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        HEADERS.forEach(response::putHeader);
        if (settings.isLoopback() && !isForThisMachine(request)) {
            // Else a page from elsewhere, whose name was made to mean this machine, could read along.
            end(response, 403, "this page is asked for as localhost or 127.0.0.1 only\n");
        } else if (!isReading(request) && !isRecording(request)) {
            response.putHeader("Allow", isEvents(request) ? "GET, HEAD, POST" : "GET, HEAD");
            end(response, 405, "this cannot be done here\n");
        } else if (settings.isLoopback() && settings.openOnLoopback() && isReading(request)) {
            serve(request);
        } else {
            request.pause();
            login(request).onComplete(known -> {
                if (known.succeeded() && known.result().isPresent() && isRecording(request)) {
                    record(request, known.result().get());
                    request.resume();
                    return;
                }
                request.resume();
                if (known.failed()) {
                    // It may be right, only nobody could look: a screen that heard 401 would not ask again.
                    response.putHeader("Retry-After", "1");
                    end(response, 503, "logins cannot be checked now, ask again\n");
                } else if (known.result().isPresent()) {
                    serve(request);
                } else {
                    response.putHeader("WWW-Authenticate", "Basic realm=\"Fieldward ward page\", charset=\"UTF-8\"");
                    end(response, 401, "log in with the account of a screen, or of staff\n");
                }
            });
        }
    }

    private static boolean isForThisMachine(HttpServerRequest request) {
        return Optional.ofNullable(request.authority())
                .map(authority -> authority.host())
                .map(host -> host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host)
                .filter(ClinicSettings::isLoopback)
                .isPresent();
    }

    private static boolean isReading(HttpServerRequest request) {
        return request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD);
    }

    private static boolean isEvents(HttpServerRequest request) {
        return EventDesk.PATH.equals(request.path());
    }

    private static boolean isRecording(HttpServerRequest request) {
        return request.method().equals(HttpMethod.POST) && isEvents(request);
    }

    /** A screen hangs on the wall, and whoever passes could use it: recording takes a person's login. */
    private void record(HttpServerRequest request, Identity identity) {
        switch (identity) {
            case Identity.Staff staff -> events.take(request, staff.name(), vertx);
            case Identity.Operator operator -> events.take(request, operator.name(), vertx);
            case Identity.Screen screen ->
                end(request.response(), 403, "recording takes the account of staff, this is a screen's\n");
            case Identity.Device device -> end(request.response(), 403, "recording takes the account of staff\n");
        }
    }

    private Future<Optional<Identity>> login(HttpServerRequest request) {
        Optional<Doorkeeper.Attempt> attempt = Optional.ofNullable(request.getHeader("Authorization"))
                .filter(header -> header.regionMatches(true, 0, "Basic ", 0, 6))
                .flatMap(header -> decoded(header.substring(6).strip()))
                .filter(pair -> pair.indexOf(':') > 0)
                .map(pair -> new Doorkeeper.Attempt(
                        request.remoteAddress().hostAddress(),
                        Optional.empty(),
                        Optional.of(pair.substring(0, pair.indexOf(':'))),
                        Optional.of(ByteString.copyFromUtf8(pair.substring(pair.indexOf(':') + 1)))));
        if (attempt.isEmpty()) {
            return Future.succeededFuture(Optional.empty());
        }
        return Future.fromCompletionStage(doorkeeper.login(attempt.get()), vertx.getOrCreateContext())
                .map(identity -> identity.filter(ClinicPage::mayLook));
    }

    private static Optional<String> decoded(String base64) {
        try {
            return Optional.of(new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void serve(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        String path = Optional.ofNullable(request.path()).orElse("/");
        if (path.equals("/api/clinic")) {
            maker.executeBlocking(this::fresh).onComplete(json -> {
                if (json.succeeded()) {
                    response.putHeader("Content-Type", "application/json").end(json.result());
                } else {
                    LOG.error("the ward's view could not be made", json.cause());
                    end(response, 500, "the view could not be made\n");
                }
            });
            return;
        }
        if (isEvents(request)) {
            events.list(request, vertx);
            return;
        }
        assets.find(path)
                .ifPresentOrElse(
                        asset -> response.putHeader("Content-Type", asset.type())
                                .end(Buffer.buffer(asset.content().toByteArray())),
                        () -> end(response, 404, "there is no such page\n"));
    }

    /** On the one thread of the maker. */
    private Buffer fresh() {
        long tick = tickMillis.getAsLong();
        Made known = made.filter(one -> tick - one.tickMillis() < VIEW_MILLIS)
                .orElseGet(() -> new Made(tick, Buffer.buffer(ViewJson.of(view.get()))));
        made = Optional.of(known);
        return known.json();
    }

    private static void end(HttpServerResponse response, int status, String text) {
        response.setStatusCode(status)
                .putHeader("Content-Type", "text/plain; charset=utf-8")
                .end(text);
    }

    private static boolean mayLook(Identity identity) {
        return switch (identity) {
            case Identity.Screen screen -> true;
            case Identity.Operator operator -> true;
            case Identity.Staff staff -> true;
            case Identity.Device device -> false;
        };
    }
}
