package org.fieldward.core.distribution;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.fieldward.core.access.Territory;
import org.fieldward.core.access.audit.Audit;
import org.fieldward.core.access.route.Route;
import org.fieldward.core.access.route.Routes;
import org.fieldward.core.distribution.api.ApiServlet;
import org.fieldward.core.distribution.api.CompletenessServlet;
import org.fieldward.core.distribution.api.ExportServlet;
import org.fieldward.core.distribution.api.GatewaysServlet;
import org.fieldward.core.distribution.api.Views;
import org.fieldward.core.distribution.entry.Entrance;
import org.fieldward.core.distribution.entry.Gate;
import org.fieldward.core.distribution.entry.SignInServlet;
import org.fieldward.core.distribution.entry.Trail;
import org.fieldward.core.distribution.live.StreamServlet;
import org.fieldward.core.distribution.observe.Belonging;
import org.fieldward.core.distribution.rest.Cursors;
import org.fieldward.core.distribution.rest.FhirServlet;
import org.fieldward.core.distribution.rest.describe.ApiDocsServlet;
import org.fieldward.core.distribution.socket.Sockets;

/**
 * The door for people and other systems: {@code /fhir}, {@code /api/v1}, {@code /health} and the console at {@code /}.
 * It keeps no log of requests, since their addresses name patients.
 */
public final class HttpDoor implements AutoCloseable {

    private static final int MAX_HEADER = 8_192;
    private static final int MAX_FORM = 65_536;
    private static final int MAX_FORM_KEYS = 200;
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration STOP = Duration.ofSeconds(2);

    private final Server server;
    private final ServerConnector connector;
    private final List<AutoCloseable> endless = new ArrayList<>();
    private final Routes routes;

    /**
     * Opens nothing yet.
     *
     * @param entrance who may come in, and what they see
     * @param mounts what other rooms serve; the guard stands before them too
     * @param cursorKey 32 secret bytes; cores that share them read each other's links to pages
     */
    public HttpDoor(
            HttpSettings settings,
            Views views,
            Entrance entrance,
            List<Mount> mounts,
            byte[] cursorKey,
            InstantSource clock) {
        var threads = new QueuedThreadPool(settings.maxThreads(), Math.min(4, settings.maxThreads()));
        threads.setName("http");
        server = new Server(threads);
        var configuration = new HttpConfiguration();
        configuration.setSendServerVersion(false);
        configuration.setRequestHeaderSize(MAX_HEADER);
        configuration.setResponseHeaderSize(MAX_HEADER);
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(configuration));
        connector.setHost(settings.bind());
        connector.setPort(settings.port());
        connector.setIdleTimeout(IDLE.toMillis());
        // A client's idle connection is no reason to wait when the core stops.
        connector.setShutdownIdleTimeout(50);
        connector.setAcceptQueueSize(128);
        server.addConnector(connector);
        server.setErrorHandler(HttpDoor::explain);
        server.setStopTimeout(STOP.toMillis());
        var all = new ArrayList<>(mounts);
        var stream = new StreamServlet(
                new StreamServlet.Sources(
                        views.readings(),
                        views.alarms(),
                        views.accepted(),
                        views.stored().chart()),
                settings.maxStreams(),
                entrance.territory(),
                clock);
        all.add(new Mount("/api/v1/stream/*", stream, List.of()));
        var trail = new Trail(entrance.audit(), clock);
        all.add(new Mount("/api/v1/sign-in/*", new SignInServlet(entrance, trail, clock), SignInServlet.routes()));
        routes = Routes.standard()
                .with(all.stream().flatMap(mount -> mount.routes().stream()).toList());
        var filter = new GuardFilter(new Guard(settings.names(), routes), new Gate(entrance.doorkeeper()), trail);
        ServletContextHandler context =
                handler(filter, views, entrance.territory(), entrance.audit(), cursorKey, clock);
        for (Mount mount : all) {
            context.addServlet(holder(mount.servlet()), mount.path());
            if (mount.servlet() instanceof AutoCloseable one) {
                endless.add(one);
            }
        }
        // The guard knows a body's length only where the request tells it.
        long largest = routes.all().stream().mapToLong(Route::maxBody).max().orElse(0);
        var bounded = new SizeLimitHandler(largest, -1);
        bounded.setHandler(context);
        server.setHandler(bounded);
    }

    private static ServletContextHandler handler(
            GuardFilter filter, Views views, Territory territory, Audit audit, byte[] cursorKey, InstantSource clock) {
        var context = new ServletContextHandler("/");
        context.setErrorHandler(HttpDoor::explain);
        context.setMaxFormContentSize(MAX_FORM);
        context.setMaxFormKeys(MAX_FORM_KEYS);
        var guard = new FilterHolder(filter);
        guard.setAsyncSupported(true);
        context.addFilter(guard, "/*", EnumSet.of(DispatcherType.REQUEST));
        Sockets.allow(context);
        context.addServlet(holder(new ExportServlet(views.readings(), territory)), "/api/v1/readings");
        context.addServlet(
                holder(new CompletenessServlet(views.completeness(), territory, clock)), "/api/v1/completeness/*");
        context.addServlet(
                holder(new GatewaysServlet(views.gateways(), views.configurations(), territory)), "/api/v1/gateways/*");
        context.addServlet(holder(new ApiServlet(views, territory, clock)), "/api/v1/*");
        var fhir = new FhirServlet(
                views.registry(),
                views.readings(),
                views.waveforms(),
                views.gaps(),
                views.proofs(),
                views.stored(),
                Belonging.of(views.registry(), territory),
                audit,
                new Cursors(cursorKey),
                clock);
        context.addServlet(holder(fhir), "/fhir/*");
        context.addServlet(holder(new ApiDocsServlet(fhir.served())), "/fhir/api-docs");
        context.addServlet(holder(new AssetServlet()), "/");
        return context;
    }

    /** Jetty's own page would repeat the address and the failure's message. */
    private static boolean explain(Request request, Response response, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        String reason = HttpStatus.getMessage(response.getStatus());
        Content.Sink.write(response, true, "{\"error\":\"" + reason + "\"}", callback);
        return true;
    }

    private static ServletHolder holder(HttpServlet servlet) {
        var holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        // At the start, so that the first request does not pay for it and a fault stops the start.
        holder.setInitOrder(1);
        return holder;
    }

    /** Everything that may be asked, and of whom. */
    public Routes routes() {
        return routes;
    }

    /** @throws DistributionException if the port is taken */
    public HttpDoor start() {
        try {
            server.start();
            return this;
        } catch (Exception e) {
            throw new DistributionException(
                    "http could not listen on " + connector.getHost() + ":" + connector.getPort()
                            + ", choose another http.port",
                    e);
        }
    }

    /** The port it listens on, also where the settings said 0. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Ends every stream, waits for requests that are being answered, and closes. */
    @Override
    public void close() {
        try {
            // None of these ends by itself.
            for (AutoCloseable one : endless) {
                one.close();
            }
            server.stop();
        } catch (Exception e) {
            throw new DistributionException("http did not stop", e);
        }
    }
}
