package org.fieldward.core.distribution.live;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.fieldward.core.access.Sight;
import org.fieldward.core.access.Territory;
import org.fieldward.core.distribution.entry.Callers;
import org.fieldward.core.observation.Alarms;
import org.fieldward.core.observation.Readings;

/**
 * {@code GET /api/v1/stream}: accepted readings and alarms as server-sent events
 * (https://html.spec.whatwg.org/multipage/server-sent-events.html), each with an id to come back with as
 * {@code Last-Event-ID}. {@code ?patient=} may be repeated. A comment comes at least every 15 seconds.
 */
public final class StreamServlet extends HttpServlet {

    private static final long serialVersionUID = 1;

    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    /** How long who signed out, or was removed, may hear on. */
    private static final Duration LOOK = Duration.ofSeconds(10);

    private final transient LiveHub hub;
    private final transient Territory territory;
    private final transient InstantSource clock;
    private final transient List<Readings.Subscription> subscriptions;

    /** What reached its gateway longer ago than this is history that waited for a link, and nothing to act on as new. */
    private static final Duration LATE = Duration.ofSeconds(60);

    public StreamServlet(LiveHub hub, Readings readings, Alarms alarms, Territory territory, InstantSource clock) {
        this.hub = hub;
        this.territory = territory;
        this.clock = clock;
        subscriptions = List.of(
                readings.listen(accepted -> {
                    long late = ChronoUnit.MICROS.between(
                            Instant.EPOCH, clock.instant().minus(LATE));
                    hub.publish(accepted.stream()
                            .map(observed -> new Event.Accepted(
                                    observed.record(), observed.record().getReceivedMicros() < late))
                            .toList());
                }),
                alarms.listen(changed ->
                        hub.publish(changed.stream().map(Event.Alarmed::new).toList())));
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        String[] asked = request.getParameterValues("patient");
        Set<String> patients = asked == null ? Set.of() : Set.copyOf(Arrays.asList(asked));
        Sight sight = Callers.sight(request);
        Optional<LiveClient> client = hub.join(
                Optional.ofNullable(request.getHeader("Last-Event-ID")),
                event -> (patients.isEmpty()
                                || event.patient().filter(patients::contains).isPresent())
                        && territory.sees(
                                sight, event.patient(), event.gateway().orElse("")));
        if (client.isEmpty()) {
            response.setHeader("Retry-After", "5");
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        response.setContentType("text/event-stream");
        response.setCharacterEncoding("UTF-8");
        // It is recorded that somebody listens, before they hear anything.
        response.flushBuffer();
        BooleanSupplier still = Callers.still(request);
        AsyncContext context = request.startAsync();
        context.setTimeout(0);
        Thread.ofVirtual().name("stream").start(() -> serve(client.get(), still, context));
    }

    @Override
    public void destroy() {
        subscriptions.forEach(Readings.Subscription::close);
        hub.close();
    }

    /** @param still whether the client may hear more */
    private void serve(LiveClient client, BooleanSupplier still, AsyncContext context) {
        try {
            OutputStream out = context.getResponse().getOutputStream();
            out.write("retry: 2000\n: welcome\n\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            Instant lookAt = clock.instant().plus(LOOK);
            while (!client.isOver()) {
                if (!clock.instant().isBefore(lookAt)) {
                    if (!still.getAsBoolean()) {
                        return;
                    }
                    lookAt = clock.instant().plus(LOOK);
                }
                List<LiveHub.Numbered> events = client.next(HEARTBEAT);
                var text = new StringBuilder();
                if (events.isEmpty()) {
                    text.append(": still here\n\n");
                }
                for (LiveHub.Numbered numbered : events) {
                    text.append("id: ").append(hub.id(numbered.number()));
                    text.append("\nevent: ").append(numbered.event().kind());
                    text.append("\ndata: ").append(numbered.event().data()).append("\n\n");
                }
                out.write(text.toString().getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException gone) {
            // The client left, or took nothing for so long that the connection ran into its idle timeout.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            client.leave();
            context.complete();
        }
    }
}
