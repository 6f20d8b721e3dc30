package org.fieldward.edge.centre;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.edge.centre.Outcome.Standing;
import org.fieldward.edge.centre.Slots.Slot;
import org.fieldward.edge.centre.Slots.Word;

/**
 * Takes configurations on trial and goes back by itself from those that the gateway does not do well with. Each step is on
 * disk before it counts, so that an agent that dies at any point begins with a configuration that is whole. Has no clock of
 * its own: times are ticks. Thread-safe.
 */
public final class ConfigurationDesk {

    private final Slots slots;
    private final Rules rules;
    private Word word;
    private long triedSince;
    private OptionalLong session = OptionalLong.empty();
    private long upSince;

    /**
     * When a trial is over.
     *
     * @param starts so often the agent may begin with it
     * @param patience so long the link may stay away
     * @param steady so long one session must last
     */
    public record Rules(int starts, Duration patience, Duration steady) {}

    /** What to do with a configuration that came. */
    public sealed interface Answer {
        /** Nothing: this one was judged before. */
        record Known(Outcome outcome) implements Answer {}

        record Refused(Outcome outcome) implements Answer {}

        /** It is written down: begin to use it. */
        record Try(Configuration configuration) implements Answer {}
    }

    public enum Look {
        NOTHING,
        PROVEN,
        /** The configuration before it holds again. */
        ROLLED_BACK
    }

    public ConfigurationDesk(Slots slots, Rules rules) {
        this.slots = slots;
        this.rules = rules;
        word = slots.word();
    }

    /** To be called once when the agent begins: counts the start of a trial, or ends the trial if there were too many. */
    public synchronized void begin(long tick) {
        triedSince = tick;
        session = OptionalLong.empty();
        if (word.trial().isEmpty()) {
            return;
        }
        if (slots.read(word.trial().get()).isEmpty()) {
            rollBack("it could not be read back from the disk");
        } else if (word.starts() >= rules.starts()) {
            rollBack("the gateway began " + word.starts() + " times with it and the link did not last");
        } else if (!keepIfPossible(new Word(word.proven(), word.trial(), word.starts() + 1, word.outcome()))) {
            rollBack("its starts cannot be counted, the disk takes nothing");
        }
    }

    /** What holds now, on trial or for good; empty: the gateway's own file alone. */
    public synchronized Optional<Configuration> present() {
        return (word.trial().isPresent() ? word.trial() : word.proven()).flatMap(slots::read);
    }

    public synchronized Optional<Outcome> outcome() {
        return word.outcome();
    }

    public synchronized boolean isOnTrial() {
        return word.trial().isPresent();
    }

    /** @param refusal why it cannot hold here, naming key, rule and value */
    public synchronized Answer offer(Configuration offered, Optional<String> refusal, long tick) {
        Optional<Outcome> same = word.outcome().filter(outcome -> outcome.version() == offered.version());
        if (same.isPresent()) {
            return new Answer.Known(same.get());
        }
        if (refusal.isPresent()) {
            Outcome refused = new Outcome(offered.version(), Standing.REFUSED, refusal.get());
            // A trial goes on: that the next one is no good says nothing about it.
            keepIfPossible(new Word(word.proven(), word.trial(), word.starts(), Optional.of(refused)));
            return new Answer.Refused(refused);
        }
        Slot free = word.proven().map(Slot::other).orElse(Slot.A);
        slots.write(free, offered);
        keep(new Word(
                word.proven(),
                Optional.of(free),
                1,
                Optional.of(new Outcome(offered.version(), Standing.TRIAL, "on trial"))));
        triedSince = tick;
        session = OptionalLong.empty();
        return new Answer.Try(offered);
    }

    /**
     * How the trial goes; to be called every second or so.
     *
     * @param up the session that is up and moves, if there is one
     */
    public synchronized Look look(OptionalLong up, long tick) {
        if (word.trial().isEmpty()) {
            return Look.NOTHING;
        }
        if (!up.equals(session)) {
            session = up;
            upSince = tick;
        }
        if (up.isPresent() && tick - upSince >= rules.steady().toMillis()) {
            long version =
                    slots.read(word.trial().get()).map(Configuration::version).orElse(0L);
            keepIfPossible(new Word(word.trial(), Optional.empty(), 0, outcomeOf(version, Standing.APPLIED, "")));
            return Look.PROVEN;
        }
        if (up.isEmpty() && tick - triedSince >= rules.patience().toMillis()) {
            rollBack("the link was not up for " + rules.steady().toSeconds() + " s within "
                    + rules.patience().toSeconds() + " s");
            return Look.ROLLED_BACK;
        }
        return Look.NOTHING;
    }

    /** Ends a trial; harmless if there is none. */
    public synchronized void rollBack(String why) {
        if (word.trial().isPresent()) {
            long version = slots.read(word.trial().get())
                    .map(Configuration::version)
                    .or(() -> word.outcome().map(Outcome::version))
                    .orElse(0L);
            keepIfPossible(new Word(word.proven(), Optional.empty(), 0, outcomeOf(version, Standing.ROLLED_BACK, why)));
        }
    }

    /** A later one that was refused meanwhile keeps its outcome: it is what the centre waits for. */
    private Optional<Outcome> outcomeOf(long version, Standing standing, String detail) {
        return word.outcome()
                .filter(last -> last.version() != version && last.standing() == Standing.REFUSED)
                .or(() -> Optional.of(new Outcome(version, standing, detail)));
    }

    /** A full disk must not keep the agent from starting or going back; the next start finds the trial and decides again. */
    private boolean keepIfPossible(Word next) {
        word = next;
        try {
            slots.write(next);
            return true;
        } catch (CentreException e) {
            return false;
        }
    }

    private void keep(Word next) {
        slots.write(next);
        word = next;
    }
}
