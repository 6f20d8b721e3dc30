package org.fieldward.core.distribution.subscription;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Doorkeeper;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Key;
import org.fieldward.core.distribution.outbox.Entry;
import org.fieldward.core.distribution.outbox.Entry.Kind;
import org.fieldward.core.distribution.outbox.Entry.State;
import org.fieldward.core.distribution.outbox.SqlEvents;
import org.fieldward.core.distribution.outbox.SqlReceivers;
import org.fieldward.core.distribution.socket.Conversation;
import org.fieldward.core.distribution.socket.Line;

/**
 * What is said on a socket of Subscriptions. The client says {@code bind-with-token TOKEN}, or {@code bind-with-token TOKEN
 * NUMBER} to go on behind an event; or {@code bind ID} as R4 has it. Used by the socket's thread.
 */
final class SocketConversation implements Conversation {

    private static final long BIND_NANOS = Duration.ofSeconds(10).toNanos();
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int MOST_BOUND = 50;

    /** What sockets share. */
    record Parts(
            Chart chart,
            Subscriptions subscriptions,
            SqlReceivers receivers,
            SqlEvents events,
            BindingTokens tokens,
            Doorkeeper doorkeeper,
            Tide tide,
            InstantSource clock) {}

    private final Parts parts;
    private final Doorkeeper.Shown shown;
    private final BooleanSupplier mayStay;
    private final Map<Integer, Binding> bindings = new LinkedHashMap<>();
    private long probe;
    private Instant lookAt;

    /**
     * @param shown at the upgrade
     * @param mayStay asked when something is bound for the first time: whether there is room
     */
    SocketConversation(Parts parts, Doorkeeper.Shown shown, BooleanSupplier mayStay) {
        this.parts = parts;
        this.shown = shown;
        this.mayStay = mayStay;
        lookAt = parts.clock().instant().plus(LOOK);
    }

    @Override
    public void hold(Line line) throws IOException, InterruptedException {
        Runnable wake = line::wake;
        long openedAt = System.nanoTime();
        try {
            boolean isBusy = false;
            while (line.isOpen()) {
                if (bindings.isEmpty() && System.nanoTime() - openedAt > BIND_NANOS) {
                    line.end(Line.REFUSED, "nothing is bound");
                    return;
                }
                Optional<String> said = line.heard(isBusy ? Duration.ZERO : PATIENCE);
                if (said.isPresent()) {
                    obey(line, said.get(), wake);
                }
                isBusy = serve(line, wake);
            }
        } finally {
            bindings.keySet().forEach(number -> parts.tide().leave(number, wake));
        }
    }

    private void obey(Line line, String said, Runnable wake) throws IOException {
        String[] words = said.strip().split("\\s+");
        boolean first = bindings.isEmpty();
        switch (words[0]) {
            case "bind-with-token" -> {
                Optional<BindingTokens.Bound> token =
                        words.length < 2 ? Optional.empty() : parts.tokens().read(words[1]);
                Optional<Long> behind = words.length == 3 ? number(words[2]) : Optional.empty();
                if (token.isEmpty()
                        || words.length > 3
                        || (words.length == 3
                                && (behind.isEmpty() || token.get().ids().size() > 1))) {
                    line.end(Line.REFUSED, "bind-with-token TOKEN, or TOKEN NUMBER where it is for one; is it over?");
                    return;
                }
                for (String id : token.get().ids()) {
                    bind(line, id, token.get().shown(), false, behind, wake);
                }
            }
            case "bind" -> {
                if (words.length != 2) {
                    line.end(Line.REFUSED, "bind ID");
                    return;
                }
                bind(line, words[1], shown, true, Optional.empty(), wake);
            }
            default -> line.end(Line.REFUSED, "bind-with-token TOKEN, or bind ID");
        }
        if (first && !bindings.isEmpty() && !mayStay.getAsBoolean()) {
            line.end(Line.LATER, "as many sockets are bound as may be");
        }
    }

    private static Optional<Long> number(String text) {
        return text.matches("[0-9]{1,18}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    private void bind(
            Line line, String id, Doorkeeper.Shown theirs, boolean isPlain, Optional<Long> behind, Runnable wake)
            throws IOException {
        Optional<Caller> caller = caller(theirs, id);
        Optional<Entry> entry = caller.flatMap(known -> parts.receivers().find(Kind.SUBSCRIPTION, id))
                .filter(SocketConversation::isAlive);
        Optional<Subscriber> subscriber = entry.map(parts.subscriptions()::subscriber)
                .filter(one -> one.wish().isFetched());
        if (caller.isEmpty() || entry.isEmpty() || subscriber.isEmpty() || bindings.size() >= MOST_BOUND) {
            line.end(Line.REFUSED, "there is no such Subscription to bind");
            return;
        }
        int number = entry.get().number();
        Optional<Binding> before = Optional.ofNullable(bindings.get(number));
        long told = behind.map(asked -> Math.min(asked, entry.get().events()))
                .or(() -> before.map(Binding::told))
                .orElseGet(() -> parts.events().taken(number));
        var binding = new Binding(entry.get(), subscriber.get(), theirs, caller.get(), isPlain, told, parts.events());
        bindings.put(number, binding);
        parts.tide().join(entry.get(), wake);
        binding.greet(line, parts.clock().instant());
    }

    private static boolean isAlive(Entry entry) {
        return switch (entry.state()) {
            case REQUESTED, ACTIVE -> true;
            case ERROR, OFF -> false;
        };
    }

    /** Who is bound, if they still are somebody who may. */
    private Optional<Caller> caller(Doorkeeper.Shown theirs, String id) {
        if (!(parts.doorkeeper().who(theirs) instanceof Doorkeeper.Answer.Known known)) {
            return Optional.empty();
        }
        return Optional.of(known.caller())
                .filter(caller -> Access.may(caller, Interaction.READ, "Subscription"))
                .filter(caller -> parts.chart()
                        .read(new Key("Subscription", id), caller.sight())
                        .filter(version -> !version.isDeleted())
                        .isPresent());
    }

    /** Tells every binding something; whether there is more to tell at once. */
    private boolean serve(Line line, Runnable wake) throws IOException {
        Instant now = parts.clock().instant();
        boolean looks = !now.isBefore(lookAt);
        if (looks) {
            lookAt = now.plus(LOOK);
        }
        boolean isBusy = false;
        for (Binding binding : List.copyOf(bindings.values())) {
            binding.answered(line.answered(), now);
            if (!line.isOpen() || !isStillBound(line, binding, looks, wake)) {
                continue;
            }
            probe++;
            binding.tell(line, probe, now);
            isBusy |= binding.hasMore();
        }
        return isBusy;
    }

    private boolean isStillBound(Line line, Binding binding, boolean looks, Runnable wake) {
        if (looks) {
            Optional<Caller> now = caller(binding.shown(), binding.id());
            if (now.isEmpty()) {
                unbind(line, binding, Line.REFUSED, "bind again", wake);
                return false;
            }
            binding.is(now.get());
        }
        if (binding.isUnread()) {
            unbind(line, binding, Line.LATER, "what is said is not read", wake);
            return false;
        }
        Entry now = parts.tide().of(binding.number()).orElse(binding.entry());
        if (now.revision() == binding.entry().revision()) {
            binding.stands(now);
            return true;
        }
        Subscriber as = parts.subscriptions().subscriber(now);
        if (!isAlive(now) || !as.wish().isFetched()) {
            unbind(line, binding, Line.DONE, "the Subscription is " + state(now), wake);
            return false;
        }
        binding.stands(now, as);
        return true;
    }

    private static String state(Entry entry) {
        return entry.state() == State.ACTIVE ? "another" : entry.state().text();
    }

    /** The last one's end is the socket's. */
    private void unbind(Line line, Binding binding, int code, String reason, Runnable wake) {
        bindings.remove(binding.number());
        parts.tide().leave(binding.number(), wake);
        if (bindings.isEmpty()) {
            line.end(code, reason);
        }
    }
}
