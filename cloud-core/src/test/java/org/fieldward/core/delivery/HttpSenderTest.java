package org.fieldward.core.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.fieldward.core.delivery.Message.Body;
import org.fieldward.core.distribution.outbox.Listener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire, and what never does. */
class HttpSenderTest {

    private final HttpSender sender = new HttpSender(Reach.of(List.of("127.0.0.1")));
    private final HttpSender strict = new HttpSender(Reach.of(List.of()));

    @AfterEach
    void close() {
        sender.close();
        strict.close();
    }

    private static Message message(String url) {
        return new Message(
                "POST",
                url,
                Map.of("X-Name", "value"),
                Optional.of(new Body("application/json", "{\"a\":\"\u00e4\"}")),
                Duration.ofSeconds(2));
    }

    @Test
    void the_body_and_the_headers_arrive() {
        try (var listener = new Listener(heard -> 204)) {
            assertThat(sender.send(message(listener.url("/a?b=c")))).isEqualTo(new Reply.Taken(204));
            assertThat(listener.heard()).singleElement().satisfies(heard -> {
                assertThat(heard.path()).isEqualTo("/a?b=c");
                assertThat(heard.body()).isEqualTo("{\"a\":\"\u00e4\"}");
                assertThat(heard.headers()).containsEntry("x-name", "value");
            });
        }
    }

    @Test
    void a_redirect_is_not_followed() {
        try (var listener = new Listener(heard -> 307)) {
            assertThat(sender.send(message(listener.url("/a")))).isInstanceOf(Reply.Failed.class);
            assertThat(listener.heard()).hasSize(1);
        }
    }

    @Test
    void nobody_within_hears_of_a_message_to_them() throws Exception {
        var connections = new AtomicInteger();
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> count(server, connections));
            int port = server.getLocalPort();
            for (String host :
                    List.of("127.0.0.1", "localhost", "[::1]", "0x7f000001", "127.1", "[::ffff:127.0.0.1]")) {
                assertThat(strict.send(message("https://" + host + ":" + port + "/")))
                        .as(host)
                        .isInstanceOf(Reply.Failed.class);
                assertThat(strict.send(message("http://" + host + ":" + port + "/")))
                        .as(host)
                        .isInstanceOf(Reply.Failed.class);
            }
            // One that is allowed is counted, so that the zero before it means something.
            assertThat(connections).hasValue(0);
            sender.send(message("http://127.0.0.1:" + port + "/"));
            assertThat(connections).hasValue(1);
        }
    }

    private static void count(ServerSocket server, AtomicInteger connections) {
        try {
            while (true) {
                Socket socket = server.accept();
                connections.incrementAndGet();
                socket.close();
            }
        } catch (IOException e) {
            // The test is over.
        }
    }

    @Test
    void one_who_never_answers_is_left_in_time() throws Exception {
        try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThat(sender.send(message("http://127.0.0.1:" + server.getLocalPort() + "/")))
                    .isEqualTo(new Reply.Failed("no answer in time"));
        }
    }

    @Test
    void a_header_that_would_break_the_request_is_told_without_its_value() {
        var message = new Message(
                "POST",
                "http://127.0.0.1:9/",
                Map.of("Authorization", "secret\r\nX: y"),
                Optional.empty(),
                Duration.ofSeconds(1));

        assertThat(sender.send(message))
                .isInstanceOfSatisfying(
                        Reply.Failed.class,
                        failed -> assertThat(failed.reason()).doesNotContain("secret"));
    }
}
