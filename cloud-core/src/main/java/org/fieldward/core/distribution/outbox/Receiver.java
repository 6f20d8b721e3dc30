package org.fieldward.core.distribution.outbox;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.delivery.Message;
import org.fieldward.core.distribution.source.Happening;
import org.fieldward.core.distribution.source.Subject;

/** Somebody outside who is told. Immutable; thread-safe. */
public interface Receiver {

    /**
     * How it is told.
     *
     * @param atOnce events in one message
     * @param lanes messages under way at once; within a lane there is one
     * @param handshake whether it must take a message before the first event
     * @param heartbeat how long it may hear nothing; empty: for ever
     * @param isGivenUpWhole what happens to one that takes nothing for too long: it is stopped, or else each event that is
     *     too old is set aside and the next is tried
     * @param isFetched whether it comes for its events itself: none are sent, and what else is in these terms is for who
     *     gives them out
     */
    record Terms(
            int atOnce,
            int lanes,
            boolean handshake,
            Optional<Duration> heartbeat,
            boolean isGivenUpWhole,
            boolean isFetched) {}

    /**
     * Something a receiver is owed.
     *
     * @param number counted from 1 for each receiver, without holes
     * @param at when it was found, after it was durable
     */
    record Event(long number, Instant at, Subject subject) {}

    /** How far it is, for what a message says of that. */
    record Progress(String state, long events) {}

    Terms terms();

    /** The types of which it may want something. */
    Set<String> types();

    boolean wants(Happening happening);

    /** What must be told in order is in one lane. */
    String lane(Subject subject);

    Message events(List<Event> events, Progress progress, Instant now);

    Message handshake(Progress progress, Instant now);

    Message heartbeat(Progress progress, Instant now);

    /** When it wants to be told no more. */
    Optional<Instant> until();
}
