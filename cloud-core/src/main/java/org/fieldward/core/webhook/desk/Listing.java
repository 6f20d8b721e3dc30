package org.fieldward.core.webhook.desk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * How messages of one kind are listed: the newest first, of all states or of one ({@code state}), a page at a time
 * ({@code limit}, and {@code before} the number that the page before named).
 *
 * @param name of the list in the answer
 * @param states that may be asked for, in lower case
 * @param told what is said of one
 */
public record Listing<M, S extends Enum<S>>(
        String name,
        List<S> states,
        ToLongFunction<M> number,
        Function<M, String> facility,
        Function<M, JsonNode> told) {

    public Listing {
        states = List.copyOf(states);
    }

    /** Where the messages are. */
    @FunctionalInterface
    public interface Pages<M, S> {
        List<M> of(Optional<S> state, Optional<Long> before, int limit);
    }

    /** A state that is none is refused. What the caller may not see is left out, and its page is that much shorter. */
    public void answer(HttpServletRequest request, HttpServletResponse response, Pages<M, S> pages) throws IOException {
        String wanted = Optional.ofNullable(request.getParameter("state")).orElse("");
        Optional<S> state =
                states.stream().filter(one -> word(one).equals(wanted)).findFirst();
        if (!wanted.isEmpty() && state.isEmpty()) {
            Desk.refuse(
                    response,
                    400,
                    "state must be " + states.stream().map(Listing::word).collect(Collectors.joining(" or ")));
            return;
        }
        int limit = Desk.limit(request);
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode list = answer.putArray(name);
        List<M> page = pages.of(state, Desk.before(request), limit);
        page.stream()
                .filter(one -> Desk.isSeen(request, facility.apply(one)))
                .forEach(one -> list.add(told.apply(one)));
        if (page.size() == limit) {
            answer.put("before", number.applyAsLong(page.getLast()));
        }
        Desk.write(response, 200, answer);
    }

    private static String word(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT);
    }
}
