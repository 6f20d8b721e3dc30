package org.fieldward.core.distribution.rest.door;

import java.util.Set;
import org.fieldward.core.distribution.rest.exchange.Answer;
import org.fieldward.core.distribution.rest.exchange.Call;

/**
 * An operation, such as {@code $everything}.
 *
 * @param types of which it is an operation; empty: of the system; {@code *}: of every type
 * @param onType asked of a type (or the system), as {@code Patient/$export}
 * @param onInstance asked of one resource
 * @param definition canonical address of what it does
 */
public record Deed(
        String name, Set<String> types, boolean onType, boolean onInstance, String definition, Handler handler) {

    /** Answers it. */
    @FunctionalInterface
    public interface Handler {
        Answer answer(Call call);
    }

    public Deed {
        types = Set.copyOf(types);
    }

    boolean answers(Call call) {
        String type = call.target().type();
        boolean ours = type.isEmpty() ? types.isEmpty() : types.contains(type) || types.contains("*");
        return ours && call.target().is(name) && (call.target().id().isPresent() ? onInstance : onType);
    }
}
