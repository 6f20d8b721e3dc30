package org.fieldward.core.distribution.live;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.fieldward.core.distribution.live.Listening.Wish;
import org.fieldward.core.distribution.live.LiveClient.Told;
import org.fieldward.core.distribution.socket.Conversation;
import org.fieldward.core.distribution.socket.Line;

/**
 * The stream over WebSocket. The client begins: {@code {"resume": ID, "patient": [], "type": [], "content": "full"}}, each
 * of them optional. Each event is {@code {"id": ID, "event": KIND, "data": {}}}.
 */
final class StreamConversation implements Conversation {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration FIRST_WORD = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final long HEARTBEAT_NANOS = Duration.ofSeconds(15).toNanos();

    private final LiveHub hub;
    private final Wish wish;
    private final Function<Wish, Listening> listening;

    /** @param wish what the address asks for */
    StreamConversation(LiveHub hub, Wish wish, Function<Wish, Listening> listening) {
        this.hub = hub;
        this.wish = wish;
        this.listening = listening;
    }

    @Override
    public void hold(Line line) throws IOException, InterruptedException {
        Optional<String> first = line.heard(FIRST_WORD);
        if (first.isEmpty()) {
            line.end(Line.REFUSED, "the client speaks first: {\"resume\": ID} or {}");
            return;
        }
        JsonNode asked;
        try {
            asked = JSON.readTree(first.get());
        } catch (JsonProcessingException e) {
            line.end(Line.REFUSED, "the first message must be JSON");
            return;
        }
        var whole = new Wish(
                more(wish.patients(), asked.path("patient")),
                more(wish.types(), asked.path("type")),
                wish.withContent() || asked.path("content").asText().equals("full"));
        Optional<LiveClient> joined =
                hub.join(Optional.of(asked.path("resume").asText("")).filter(id -> !id.isEmpty()));
        if (joined.isEmpty()) {
            line.end(Line.LATER, "as many streams are open as may be");
            return;
        }
        try (LiveClient client = joined.get()) {
            tell(line, client, listening.apply(whole));
        }
    }

    private static Set<String> more(Set<String> those, JsonNode these) {
        var all = new LinkedHashSet<>(those);
        if (these.isTextual()) {
            all.add(these.asText());
        }
        these.forEach(one -> all.add(one.asText()));
        return all;
    }

    private static void tell(Line line, LiveClient client, Listening listening)
            throws IOException, InterruptedException {
        long saidAt = System.nanoTime();
        while (line.isOpen()) {
            if (!listening.isStillAllowed()) {
                line.end(Line.REFUSED, "sign in again");
                return;
            }
            List<Told> events = client.next(listening::wants, PATIENCE);
            if (client.isOver()) {
                line.end(Line.LATER, "over; come back with the last id");
                return;
            }
            for (Told told : events) {
                line.say("{\"id\":\"" + told.id() + "\",\"event\":\""
                        + told.event().kind() + "\",\"data\":" + listening.data(told.event()) + "}");
                saidAt = System.nanoTime();
            }
            if (System.nanoTime() - saidAt > HEARTBEAT_NANOS) {
                line.say("{\"id\":\"" + client.id() + "\",\"event\":\"heartbeat\",\"data\":{}}");
                saidAt = System.nanoTime();
            }
            // Only signs of life come after the first message.
            while (line.heard(Duration.ZERO).isPresent()) {
                line.end(Line.REFUSED, "nothing is expected after the first message");
            }
        }
    }
}
