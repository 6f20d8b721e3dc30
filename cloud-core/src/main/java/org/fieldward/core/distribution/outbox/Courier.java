package org.fieldward.core.distribution.outbox;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.fieldward.core.delivery.Backoff;
import org.fieldward.core.delivery.Message;
import org.fieldward.core.delivery.Reply;
import org.fieldward.core.delivery.Sender;
import org.fieldward.core.distribution.outbox.Entry.State;
import org.fieldward.core.distribution.outbox.OutboxFollower.Member;
import org.fieldward.core.distribution.outbox.Receiver.Event;
import org.fieldward.core.distribution.outbox.Receiver.Progress;
import org.fieldward.core.distribution.outbox.SqlEvents.Waiting;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells receivers what waits for them, each lane in order and on a thread of its own, so that one that is slow or gone
 * holds up nobody else. How far it is stands in the database only. Thread-safe.
 */
final class Courier {

    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);
    private static final int LANES_AT_ONCE = 1_000;

    private record Lane(int receiver, String name) {}

    private final SqlEvents events;
    private final SqlReceivers receivers;
    private final Sender sender;
    private final Backoff backoff;
    private final OutboxSettings settings;
    private final InstantSource clock;
    private final Runnable done;
    private final Set<Lane> busy = new HashSet<>();
    private boolean closing;

    /** @param done called after each lane that came to an end */
    Courier(
            SqlEvents events,
            SqlReceivers receivers,
            Sender sender,
            Backoff backoff,
            OutboxSettings settings,
            InstantSource clock,
            Runnable done) {
        this.events = events;
        this.receivers = receivers;
        this.sender = sender;
        this.backoff = backoff;
        this.settings = settings;
        this.clock = clock;
        this.done = done;
    }

    /** Begins whatever is due. */
    void begin(Map<Integer, Member> members) {
        Instant now = clock.instant();
        List<Integer> fetched = members.values().stream()
                .filter(member -> member.receiver().terms().isFetched())
                .map(member -> member.entry().number())
                .toList();
        for (Waiting waiting : events.waiting(now, fetched, LANES_AT_ONCE)) {
            Optional.ofNullable(members.get(waiting.receiver()))
                    .filter(member -> member.entry().state() == State.ACTIVE)
                    .ifPresent(member -> start(member, waiting.lane(), () -> tell(member, waiting.lane())));
        }
        for (Member member : members.values()) {
            if (member.entry().state() == State.OFF) {
                continue;
            }
            if (member.receiver().until().filter(end -> !end.isAfter(now)).isPresent()) {
                receivers.become(member.entry(), State.OFF, "its end has come");
            } else if (member.entry().state() == State.REQUESTED) {
                request(member, now);
            }
        }
        if (members.values().stream()
                .anyMatch(member -> member.receiver().terms().heartbeat().isPresent())) {
            beat(members, now);
        }
    }

    private void request(Member member, Instant now) {
        if (!member.receiver().terms().handshake() || member.receiver().terms().isFetched()) {
            receivers.become(member.entry(), State.ACTIVE, "");
            return;
        }
        if (due(member, "", now).isPresent()) {
            start(
                    member,
                    "",
                    () -> due(member, "", clock.instant()).ifPresent(waiting -> {
                        if (isTaken(
                                member, waiting, at -> member.receiver().handshake(progress(member), at), List.of())) {
                            receivers.become(member.entry(), State.ACTIVE, "");
                            events.taken(waiting.receiver(), "", 0, clock.instant());
                        }
                    }));
        }
    }

    private void beat(Map<Integer, Member> members, Instant now) {
        events.heard()
                .forEach((number, heardAt) -> Optional.ofNullable(members.get(number))
                        .filter(member -> member.entry().state() == State.ACTIVE)
                        .filter(member -> isSilent(member, heardAt, now))
                        .filter(member -> due(member, "", now).isPresent())
                        .ifPresent(member -> start(member, "", () -> beat(member))));
    }

    private void beat(Member member) {
        int number = member.entry().number();
        Instant now = clock.instant();
        Optional<Waiting> waiting = due(member, "", now)
                .filter(lane -> Optional.ofNullable(events.heard().get(number))
                        .filter(heardAt -> isSilent(member, heardAt, now))
                        .isPresent());
        if (waiting.isPresent()
                && isTaken(member, waiting.get(), at -> member.receiver().heartbeat(progress(member), at), List.of())) {
            events.taken(number, "", 0, clock.instant());
        }
    }

    private static boolean isSilent(Member member, Instant heardAt, Instant now) {
        Receiver.Terms terms = member.receiver().terms();
        return !terms.isFetched()
                && terms.heartbeat()
                        .filter(period -> !heardAt.plus(period).isAfter(now))
                        .isPresent();
    }

    /**
     * How the lane stands, unless it must wait or something happened to its receiver. Asked within the lane: what is known
     * outside may be from before a message that has just been taken, or refused.
     */
    private Optional<Waiting> due(Member member, String lane, Instant now) {
        return events.due(member.entry().number(), member.entry().revision(), lane, now);
    }

    private static Progress progress(Member member) {
        return new Progress(member.entry().state().text(), member.entry().events());
    }

    private void start(Member member, String name, Runnable work) {
        var lane = new Lane(member.entry().number(), name);
        synchronized (busy) {
            long underWay = busy.stream()
                    .filter(one -> one.receiver() == lane.receiver())
                    .count();
            if (closing || underWay >= member.receiver().terms().lanes() || !busy.add(lane)) {
                return;
            }
        }
        Thread.ofVirtual().name("courier").start(() -> {
            try {
                work.run();
            } catch (RuntimeException e) {
                // The lane is begun again from what the database says.
                LOG.error(
                        "{} could not be told: {}", member.entry(), e.getClass().getName());
            } finally {
                synchronized (busy) {
                    busy.remove(lane);
                    busy.notifyAll();
                }
                done.run();
            }
        });
    }

    private void tell(Member member, String lane) {
        while (!isClosing()) {
            Optional<Waiting> waiting = due(member, lane, clock.instant());
            List<Event> next = waiting.isEmpty()
                    ? List.of()
                    : events.next(
                            member.entry().number(),
                            lane,
                            member.receiver().terms().atOnce());
            if (next.isEmpty()) {
                return;
            }
            long newest = Math.max(member.entry().events(), next.getLast().number());
            var progress = new Progress(State.ACTIVE.text(), newest);
            if (!isTaken(member, waiting.get(), now -> member.receiver().events(next, progress, now), next)) {
                return;
            }
            events.taken(member.entry().number(), lane, next.getLast().number(), clock.instant());
        }
    }

    private boolean isTaken(Member member, Waiting waiting, Function<Instant, Message> making, List<Event> told) {
        Message message;
        try {
            message = making.apply(clock.instant());
        } catch (RuntimeException e) {
            // Not the receiver's fault, so nothing is given up for it; but at once it would fail again.
            LOG.error(
                    "{}: a message could not be made: {}",
                    member.entry(),
                    e.getClass().getName());
            Instant now = clock.instant();
            events.failed(waiting, now, now.plus(backoff.after(waiting.failures() + 1)));
            return false;
        }
        return switch (sender.send(message)) {
            case Reply.Taken taken -> true;
            case Reply.Failed failed -> {
                fail(member, waiting, told, failed.reason());
                yield false;
            }
        };
    }

    private void fail(Member member, Waiting waiting, List<Event> told, String reason) {
        Instant now = clock.instant();
        Instant since = waiting.failingSince().orElse(now);
        Instant tooOld = now.minus(settings.retryFor());
        Duration pause = backoff.after(waiting.failures() + 1);
        events.failed(waiting, since, now.plus(pause));
        if (member.receiver().terms().isGivenUpWhole()) {
            if (!since.isAfter(tooOld)) {
                LOG.warn("{} is given up: {}", member.entry(), reason);
                receivers.become(member.entry(), State.ERROR, reason + ", tried since " + since);
            }
            return;
        }
        if (!told.isEmpty() && !since.isAfter(tooOld)) {
            int dead = events.bury(waiting.receiver(), waiting.lane(), tooOld);
            LOG.warn("{}: {} events are given up: {}", member.entry(), dead, reason);
        }
    }

    private boolean isClosing() {
        synchronized (busy) {
            return closing;
        }
    }

    /** Begins nothing more, and waits for what is under way. */
    void close() throws InterruptedException {
        synchronized (busy) {
            closing = true;
            while (!busy.isEmpty()) {
                busy.wait();
            }
        }
    }
}
