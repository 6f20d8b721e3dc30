package org.fieldward.core.distribution.socket;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServerContainer;
import org.eclipse.jetty.ee10.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes WebSockets of requests that a servlet let come so far. */
public final class Sockets {

    private static final Logger LOG = LoggerFactory.getLogger(Sockets.class);

    /** What is heard are words and tokens; what is said may be longer. */
    private static final int MAX_HEARD = 16_384;

    private static final Duration IDLE = Duration.ofSeconds(60);

    private Sockets() {}

    /** Once for each context, before it starts. */
    public static void allow(ServletContextHandler context) {
        JettyWebSocketServletContainerInitializer.configure(context, (servlets, container) -> {
            container.setMaxTextMessageSize(MAX_HEARD);
            container.setMaxBinaryMessageSize(MAX_HEARD);
            container.setMaxFrameSize(MAX_HEARD);
            container.setIdleTimeout(IDLE);
        });
    }

    /** Whether the request wants one. */
    public static boolean isAsked(HttpServletRequest request) {
        String upgrade = request.getHeader("Upgrade");
        return upgrade != null && upgrade.toLowerCase(Locale.ROOT).contains("websocket");
    }

    /**
     * Answers 101 and holds the conversation on a thread of its own, or answers 426 to who asked for no WebSocket.
     *
     * @param after runs when it is over, however it ended; not if this is false
     * @return false if there is none, and the request is answered
     */
    public static boolean open(
            HttpServletRequest request, HttpServletResponse response, Conversation conversation, Runnable after)
            throws IOException {
        JettyWebSocketServerContainer container =
                JettyWebSocketServerContainer.getContainer(request.getServletContext());
        if (!isAsked(request) || container == null) {
            response.setHeader("Upgrade", "websocket");
            response.sendError(426, "this is a WebSocket");
            return false;
        }
        return container.upgrade(
                (asked, answered) ->
                        new JettyLine(line -> Thread.ofVirtual().name("socket").start(() -> {
                            try {
                                conversation.hold(line);
                            } catch (IOException gone) {
                                // The other side left, or took nothing for too long.
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            } catch (RuntimeException e) {
                                LOG.error(
                                        "a conversation failed: {}",
                                        e.getClass().getName());
                                line.end(1011, "the server could not go on");
                            } finally {
                                line.end(Line.DONE, "");
                                after.run();
                            }
                        })),
                request,
                response);
    }
}
