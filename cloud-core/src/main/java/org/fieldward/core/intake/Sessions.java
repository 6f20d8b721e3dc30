package org.fieldward.core.intake;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.attribution.Attribution.Origin;
import org.fieldward.core.attribution.Attribution.Reason;
import org.fieldward.core.attribution.Step;
import org.fieldward.core.intake.instruction.Instructions;
import org.fieldward.proto.batch.Ranges;
import org.fieldward.proto.link.Quarantined;
import org.fieldward.proto.link.Verdicts;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** The live session of each gateway, at most one. Thread-safe. */
public final class Sessions {

    /** One message must stay small; the quarantine at the core is complete, this is only news of it. */
    private static final int MAX_QUARANTINED = 2_000;

    private record Life(String gateway, long epoch) {}

    private final Map<String, Session> live = new HashMap<>();
    private final Optional<Instructions> instructions;

    public Sessions(Instructions instructions) {
        this.instructions = Optional.of(instructions);
    }

    /** Of a core that has nothing to say beside its confirmations. */
    Sessions() {
        instructions = Optional.empty();
    }

    Optional<Instructions> instructions() {
        return instructions;
    }

    /** Tells each gateway that is there what it was not told yet. */
    void instruct() {
        List<Session> present;
        synchronized (this) {
            present = List.copyOf(live.values());
        }
        present.forEach(Session::instruct);
    }

    /** Tells this one what it was not told yet, if it is there. */
    void instruct(String gateway) {
        of(gateway).ifPresent(Session::instruct);
    }

    /**
     * False if a newer session of this gateway is live. A live older one is told that it was replaced.
     *
     * @param copy it comes from another copy of the gateway: their numbers say nothing, so they take turns
     */
    boolean open(Session session, boolean copy) {
        Session old;
        synchronized (this) {
            old = live.get(session.gateway());
            if (old != null && old.number() > session.number() && !copy) {
                return false;
            }
            live.put(session.gateway(), session);
        }
        if (old != null) {
            old.refuse(copy ? SessionDecider.copied() : SessionDecider.replaced());
        }
        return true;
    }

    synchronized int size() {
        return live.size();
    }

    /** True if it was still the live one: the end of a replaced session changes nothing. */
    synchronized boolean ended(Session session) {
        return live.remove(session.gateway(), session);
    }

    synchronized Optional<Session> of(String gateway) {
        return Optional.ofNullable(live.get(gateway));
    }

    /** Ends the gateway's live session, if there is one. */
    public void hangUp(String gateway) {
        of(gateway).ifPresent(Session::hangUp);
    }

    /** Tells each gateway what became of its records, if it is there to hear it. */
    public void tell(Step step) {
        Map<Life, Verdicts.Builder> verdicts = new HashMap<>();
        Map<Life, List<SequenceRange>> accepted = new HashMap<>();
        for (Origin origin : step.accepted()) {
            List<SequenceRange> ranges = accepted.computeIfAbsent(life(origin), life -> new ArrayList<>());
            SequenceRange next = origin.sequences();
            // Most come one after the other.
            if (!ranges.isEmpty() && ranges.getLast().last() + 1 == next.first()) {
                next = new SequenceRange(ranges.removeLast().first(), next.last());
            }
            ranges.add(next);
        }
        accepted.forEach((life, ranges) -> of(verdicts, life).addAllAccepted(Ranges.of(SequenceSet.of(ranges))));
        for (Origin origin : step.unbound()) {
            quarantined(of(verdicts, life(origin)), origin, Reason.UNBOUND, "the device serves no patient");
        }
        step.refused()
                .forEach(refused -> quarantined(
                        of(verdicts, life(refused.origin())), refused.origin(), refused.reason(), refused.detail()));
        verdicts.forEach((life, message) -> of(life.gateway()).ifPresent(session -> session.verdicts(message.build())));
    }

    private static Life life(Origin origin) {
        return new Life(origin.gateway(), origin.epoch());
    }

    private static Verdicts.Builder of(Map<Life, Verdicts.Builder> verdicts, Life life) {
        return verdicts.computeIfAbsent(life, key -> Verdicts.newBuilder().setEpoch(key.epoch()));
    }

    private static void quarantined(Verdicts.Builder verdicts, Origin origin, Reason reason, String detail) {
        for (long sequence = origin.sequences().first();
                sequence <= origin.sequences().last() && verdicts.getQuarantinedCount() < MAX_QUARANTINED;
                sequence++) {
            verdicts.addQuarantined(Quarantined.newBuilder()
                    .setSequence(sequence)
                    .setReason(reason.word())
                    .setDetail(detail));
        }
    }
}
