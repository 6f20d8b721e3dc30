package org.fieldward.core.distribution.live;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.fieldward.core.access.Territory;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.distribution.entry.Callers;
import org.fieldward.core.distribution.entry.KeptResponse;
import org.fieldward.core.distribution.live.Listening.Wish;
import org.fieldward.core.distribution.live.LiveClient.Told;
import org.fieldward.core.distribution.socket.Sockets;
import org.fieldward.core.observation.Accepted;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.observation.Readings.Subscription;
import org.fieldward.core.observation.alarm.Alarms;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code GET /api/v1/stream}: accepted readings, alarms and what is written to the chart, as server-sent events
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html), each with an id to come back with as
 * {@code Last-Event-ID}, also to another core. {@code ?patient=} and {@code ?type=} may be repeated; {@code ?content=full}
 * tells resources whole. A comment comes at least every 15 seconds. {@code GET /api/v1/stream/ws}: the same over WebSocket.
 */
public final class StreamServlet extends HttpServlet implements AutoCloseable {

    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(StreamServlet.class);
    private static final long HEARTBEAT_NANOS = Duration.ofSeconds(15).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int KEPT_EVENTS = 20_000;

    private final transient LiveHub hub;
    private final transient Territory territory;
    private final transient InstantSource clock;
    private final transient List<Subscription> hints;

    /** What is told of; readings and alarms say that there is something new. */
    public record Sources(Readings readings, Alarms alarms, Accepted accepted, Chart chart) {}

    public StreamServlet(Sources sources, int maxStreams, Territory territory, InstantSource clock) {
        this.territory = territory;
        this.clock = clock;
        var heard = new Heard(KEPT_EVENTS);
        hub = new LiveHub(
                List.of(
                        new ReadingLog(sources.accepted(), heard),
                        new AlarmLog(sources.accepted()),
                        new ChartLog(sources.chart())),
                KEPT_EVENTS,
                maxStreams);
        hints = List.of(
                sources.readings().listen(accepted -> tell(heard, accepted)),
                sources.alarms().listen(changed -> hub.wake(Place.Part.ALARMS)));
        sources.chart().onChange(() -> hub.wake(Place.Part.CHART));
    }

    private void tell(Heard heard, List<Observed> accepted) {
        if (hub.isListenedTo()) {
            heard.add(accepted);
            hub.wake(Place.Part.READINGS);
        } else {
            heard.forget();
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var wish = new Wish(
                asked(request, "patient"), asked(request, "type"), "full".equals(request.getParameter("content")));
        if (request.getPathInfo() != null) {
            socket(request, response, wish);
            return;
        }
        Optional<LiveClient> client = hub.join(Optional.ofNullable(request.getHeader("Last-Event-ID")));
        if (client.isEmpty()) {
            response.setHeader("Retry-After", "5");
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        Listening listening;
        try {
            // First of all: what is said to who listens from here on must find them listening.
            listening = listening(request, wish);
            response.setContentType("text/event-stream");
            response.setCharacterEncoding("UTF-8");
            // It is recorded that somebody listens, before they hear anything.
            response.flushBuffer();
        } catch (IOException | RuntimeException e) {
            client.get().close();
            throw e;
        }
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        Thread.ofVirtual().name("stream").start(() -> serve(client.get(), listening, context));
    }

    private void socket(HttpServletRequest request, HttpServletResponse response, Wish wish) throws IOException {
        if (!request.getPathInfo().equals("/ws")) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        if (Sockets.isAsked(request)) {
            // As above.
            KeptResponse.settle(response);
        }
        var caller = Callers.of(request);
        var who = Callers.now(request);
        var conversation =
                new StreamConversation(hub, wish, asked -> new Listening(asked, caller, who, territory, clock));
        Sockets.open(request, response, conversation, () -> {});
    }

    private Listening listening(HttpServletRequest request, Wish wish) {
        return new Listening(wish, Callers.of(request), Callers.now(request), territory, clock);
    }

    private static Set<String> asked(HttpServletRequest request, String name) {
        String[] values = request.getParameterValues(name);
        return values == null
                ? Set.of()
                : Arrays.stream(values)
                        .flatMap(value -> Stream.of(value.split(",")))
                        .filter(value -> !value.isEmpty())
                        .collect(Collectors.toSet());
    }

    /** Ends every stream: none does so by itself. */
    @Override
    public void close() throws InterruptedException {
        hints.forEach(Subscription::close);
        hub.close();
    }

    private static void serve(LiveClient client, Listening listening, AsyncContext context) {
        try (client) {
            OutputStream out = context.getResponse().getOutputStream();
            out.write("retry: 2000\n: welcome\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            long saidAt = System.nanoTime();
            while (!client.isOver() && listening.isStillAllowed()) {
                List<Told> events = client.next(listening::wants, PATIENCE);
                var text = new StringBuilder();
                if (client.isOver()) {
                    text.append(": over; come back with the last id\n\n");
                } else if (events.isEmpty() && System.nanoTime() - saidAt > HEARTBEAT_NANOS) {
                    // With an id, so that who hears of little comes back to where the stream is.
                    text.append(": still here\nid: ").append(client.id()).append("\n\n");
                }
                for (Told told : events) {
                    text.append("id: ").append(told.id());
                    text.append("\nevent: ").append(told.event().kind());
                    text.append("\ndata: ").append(listening.data(told.event())).append("\n\n");
                }
                if (!text.isEmpty()) {
                    out.write(text.toString().getBytes(StandardCharsets.UTF_8));
                    out.flush();
                    saidAt = System.nanoTime();
                }
            }
        } catch (IOException gone) {
            // The client left, or took nothing for so long that the connection ran into its idle timeout.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The client comes back with its last id. Messages may hold what is not for logs.
            LOG.error("a stream broke off: {}", e.getClass().getName());
        } finally {
            context.complete();
        }
    }
}
