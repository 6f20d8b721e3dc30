package org.fieldward.core.distribution.subscription;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.distribution.seal.Envelope;

/**
 * What binds a WebSocket to Subscriptions. A token holds, sealed, what its caller showed: so who is bound is asked anew
 * while they are, by any core that shares the key, and nothing has to be remembered. Immutable.
 */
public final class BindingTokens {

    /** From when it was given until it must be used. */
    static final Duration LIFE = Duration.ofMinutes(1);

    private static final ObjectMapper JSON = new ObjectMapper();

    /** @param ids of Subscriptions */
    record Bound(Doorkeeper.Shown shown, List<String> ids) {
        Bound {
            ids = List.copyOf(ids);
        }
    }

    /** Prints no secret. */
    record Token(String text, Instant until) {
        @Override
        public String toString() {
            return "*** until " + until;
        }
    }

    private final Envelope envelope;
    private final InstantSource clock;

    /** @param key 32 secret bytes, the same in every core that shares the database; it may seal other things too */
    public BindingTokens(byte[] key, InstantSource clock) {
        envelope = Envelope.of(key, "binding tokens");
        this.clock = clock;
    }

    Token issue(Bound bound) {
        Instant until = clock.instant().plus(LIFE);
        ObjectNode json = JSON.createObjectNode().put("until", until.toEpochMilli());
        bound.shown().authorization().ifPresent(header -> json.put("authorization", header));
        bound.shown().session().ifPresent(session -> json.put("session", session));
        bound.ids().forEach(json.putArray("ids")::add);
        return new Token(envelope.seal("", json.toString()), until);
    }

    /** Empty if it is none of ours, or over. */
    Optional<Bound> read(String token) {
        return envelope.open("", token).map(BindingTokens::json).flatMap(this::bound);
    }

    private Optional<Bound> bound(JsonNode json) {
        if (!clock.instant().isBefore(Instant.ofEpochMilli(json.path("until").asLong()))) {
            return Optional.empty();
        }
        var ids = new ArrayList<String>();
        json.path("ids").forEach(id -> ids.add(id.asText()));
        return Optional.of(new Bound(new Doorkeeper.Shown(text(json, "authorization"), text(json, "session")), ids));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was sealed is JSON", e);
        }
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.of(json.path(field).asText("")).filter(text -> !text.isEmpty());
    }
}
