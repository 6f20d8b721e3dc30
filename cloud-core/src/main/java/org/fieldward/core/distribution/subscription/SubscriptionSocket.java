package org.fieldward.core.distribution.subscription;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.distribution.entry.Callers;
import org.fieldward.core.distribution.outbox.SqlEvents;
import org.fieldward.core.distribution.outbox.SqlReceivers;
import org.fieldward.core.distribution.socket.Sockets;

/**
 * The WebSocket channel of Subscriptions (https://hl7.org/fhir/uv/subscriptions-backport/STU1.1/channels.html#websockets):
 * open to anyone who then binds it with a token, in ten seconds. Some words of R4's own channel
 * (https://hl7.org/fhir/R4/subscription.html#2.46.7.2) are understood too.
 */
public final class SubscriptionSocket extends HttpServlet implements AutoCloseable {

    private static final long serialVersionUID = 1;

    /** Where it is. */
    public static final String PATH = "/api/v1/subscriptions/ws";

    /** Those who have not bound anything yet: nobody knows who they are. */
    private static final int MOST_UNBOUND = 20;

    /** What it needs of the others. */
    public record Parts(
            Chart chart,
            Subscriptions subscriptions,
            SqlReceivers receivers,
            SqlEvents events,
            BindingTokens tokens,
            Doorkeeper doorkeeper) {}

    private final transient SocketConversation.Parts parts;
    private final transient Semaphore unbound = new Semaphore(MOST_UNBOUND);
    private final transient Semaphore bound;

    /** @param most sockets that may be bound at once */
    public SubscriptionSocket(Parts parts, int most, InstantSource clock) {
        this.parts = new SocketConversation.Parts(
                parts.chart(),
                parts.subscriptions(),
                parts.receivers(),
                parts.events(),
                parts.tokens(),
                parts.doorkeeper(),
                new Tide(parts.receivers()),
                clock);
        bound = new Semaphore(most);
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        Doorkeeper.Shown shown = Callers.shown(request);
        if (!shown.isNothing() && parts.doorkeeper().who(shown) instanceof Doorkeeper.Answer.Unknown) {
            // Who shows something means it.
            response.sendError(HttpServletResponse.SC_UNAUTHORIZED);
            return;
        }
        if (!unbound.tryAcquire()) {
            response.setHeader("Retry-After", "5");
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        var waits = new AtomicBoolean(true);
        var stays = new AtomicBoolean();
        Runnable bind = () -> {
            if (waits.getAndSet(false)) {
                unbound.release();
            }
        };
        var conversation = new SocketConversation(parts, shown, () -> {
            stays.set(stays.get() || bound.tryAcquire());
            bind.run();
            return stays.get();
        });
        boolean opened = false;
        try {
            opened = Sockets.open(request, response, conversation, () -> {
                bind.run();
                if (stays.get()) {
                    bound.release();
                }
            });
        } finally {
            if (!opened) {
                bind.run();
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        parts.tide().close();
    }
}
