package org.fieldward.core.intake;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.fieldward.core.intake.SessionDecider.Action.Append;
import org.fieldward.core.intake.SessionDecider.Action.Ignore;
import org.fieldward.core.intake.SessionDecider.Action.Note;
import org.fieldward.core.intake.SessionDecider.Action.Open;
import org.fieldward.core.intake.SessionDecider.Action.Refuse;
import org.fieldward.core.intake.SessionDecider.Action.SetAside;
import org.fieldward.core.intake.SessionDecider.Action.Settle;
import org.fieldward.core.journal.Journal.Arrival;
import org.fieldward.core.journal.Line;
import org.fieldward.core.registry.Gateways.Standing;
import org.fieldward.proto.batch.Ranges;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.ConfigurationState;
import org.fieldward.proto.link.FromGateway;
import org.fieldward.proto.link.Heartbeat;
import org.fieldward.proto.link.Held;
import org.fieldward.proto.link.Hello;
import org.fieldward.proto.link.Refusal;
import org.fieldward.proto.link.Refusal.Reason;
import org.fieldward.proto.sequence.SequenceSet;

/** Decides what to do with each message of one session. Pure: it has no stream, store or clock of its own. */
final class SessionDecider {

    private static final int MAX_LIVES = 100;

    /** How long a copy of a gateway is heard before the other has its turn. */
    private static final int TURN_SECONDS = 60;

    static final int OLDEST_PROTOCOL = 1;
    /** From 2 on a batch may hold waveforms, from 3 on gaps and alarms about the disk; from 4 on it may be a piece. */
    static final int NEWEST_PROTOCOL = 6;

    /** The protocol version from which on documents may come. */
    static final int FIRST_WITH_DOCUMENTS = 6;

    /** Documents may have a mebibyte each, and stand in a batch: a core that takes less must not be sent any. */
    private static final int BYTES_FOR_DOCUMENTS = 2 << 20;

    /**
     * Who is at the door.
     *
     * @param named the common name of the client certificate
     * @param turnedAway how long to stay away, empty if there is a place; asked only for who else may come in
     */
    record Visitor(String named, Standing standing, Supplier<Optional<Duration>> turnedAway) {}

    sealed interface Action {
        record Open(Hello hello, int protocol) implements Action {}

        /** Say why, then end the session. */
        record Refuse(Refusal refusal) implements Action {}

        /** Keep the bytes of a message that cannot be journalled, then refuse. */
        record SetAside(String reason, Refusal refusal) implements Action {}

        record Append(long number, Arrival arrival) implements Action {}

        record Note(Heartbeat heartbeat) implements Action {}

        record Settle(ConfigurationState state) implements Action {}

        /** A kind of message that this version has no use for: newer gateways may send it. */
        record Ignore() implements Action {}
    }

    private final int maxBatchBytes;
    private Optional<Hello> hello = Optional.empty();
    private long lastBatch;

    SessionDecider(int maxBatchBytes) {
        this.maxBatchBytes = maxBatchBytes;
    }

    /** The first message of a session. */
    Action first(FromGateway message, Visitor visitor) {
        if (!message.hasHello()) {
            return malformed("the first message must be hello, was "
                    + message.getMessageCase().name().toLowerCase(java.util.Locale.ROOT));
        }
        Hello said = message.getHello();
        if (!said.getGateway().equals(visitor.named())) {
            return refuse(
                    Reason.REASON_GATEWAY_UNKNOWN,
                    "hello.gateway must be the common name of the client certificate, '" + visitor.named() + "'",
                    0);
        }
        switch (visitor.standing()) {
            case UNKNOWN -> {
                return refuse(Reason.REASON_GATEWAY_UNKNOWN, "this certificate was not given out by this core", 0);
            }
            case REVOKED -> {
                return new Refuse(revoked());
            }
            case WELCOME -> {
                // Goes on below.
            }
        }
        int newest = maxBatchBytes < BYTES_FOR_DOCUMENTS ? FIRST_WITH_DOCUMENTS - 1 : NEWEST_PROTOCOL;
        int protocol = Math.min(said.getNewestProtocol(), newest);
        if (protocol < Math.max(said.getOldestProtocol(), OLDEST_PROTOCOL)) {
            return refuse(
                    Reason.REASON_PROTOCOL,
                    "this core speaks protocol " + OLDEST_PROTOCOL + " to " + NEWEST_PROTOCOL + ", the gateway "
                            + said.getOldestProtocol() + " to " + said.getNewestProtocol(),
                    0);
        }
        if (said.getEpoch() < 1 || said.getSession() < 1) {
            return malformed("hello.epoch and hello.session must be at least 1");
        }
        if (said.getLivesCount() > MAX_LIVES
                || said.getLivesList().stream()
                        .anyMatch(life -> life.getEpoch() < 1 || life.getParent() < 0 || life.getFirst() < 1)) {
            return malformed(
                    "hello.lives must be at most " + MAX_LIVES + ", each with an epoch and a first of at least 1");
        }
        Optional<Duration> away = visitor.turnedAway().get();
        if (away.isPresent()) {
            return new Refuse(busy(away.get()));
        }
        hello = Optional.of(said);
        return new Open(said, protocol);
    }

    /** Any message after {@link Open}. */
    Action next(FromGateway message, Instant now) {
        return switch (message.getMessageCase()) {
            case BATCH -> batch(message.getBatch(), now);
            case HEARTBEAT -> new Note(message.getHeartbeat());
            case HELLO -> malformed("hello must come once");
            case CONFIGURATION -> new Settle(message.getConfiguration());
            case ANSWER, MESSAGE_NOT_SET -> new Ignore();
        };
    }

    private Action batch(Batch batch, Instant now) {
        if (batch.getNumber() <= lastBatch) {
            return malformed("batch.number must ascend, " + batch.getNumber() + " follows " + lastBatch);
        }
        lastBatch = batch.getNumber();
        return switch (BatchRules.judge(hello.orElseThrow().getGateway(), batch, maxBatchBytes, now)) {
            case BatchRules.Ruling.Fits fits -> new Append(batch.getNumber(), fits.arrival());
            case BatchRules.Ruling.Broken broken -> setAside(broken.rule());
        };
    }

    static Refusal busy(Duration away) {
        return refusal(Reason.REASON_BUSY, "this core has no room for this gateway now", (int)
                Math.max(1, (away.toMillis() + 999) / 1000));
    }

    /** Of use to nobody without what came before it, so its bytes are not kept. */
    static Refusal unopened(String why) {
        return refusal(Reason.REASON_MALFORMED, "batch.piece: " + why, 0);
    }

    static Refusal revoked() {
        return refusal(Reason.REASON_GATEWAY_REVOKED, "this gateway was revoked: it needs a new token", 0);
    }

    static Refusal replaced() {
        return refusal(
                Reason.REASON_REPLACED_BY_NEWER_SESSION, "a newer session of this gateway is open at this core", 0);
    }

    /** Both copies would call again at once, and neither would get anything done. */
    static Refusal copied() {
        return refusal(
                Reason.REASON_REPLACED_BY_NEWER_SESSION,
                "a copy of this gateway's buffer speaks too: they are heard in turns",
                TURN_SECONDS);
    }

    /**
     * What the core holds of the other lives that the gateway told of.
     *
     * @param covered by epoch
     */
    static List<Held> held(Hello said, LongFunction<SequenceSet> covered) {
        return said.getLivesList().stream()
                .filter(life -> life.getEpoch() != said.getEpoch())
                .map(life -> Held.newBuilder()
                        .setEpoch(life.getEpoch())
                        .addAllRanges(Ranges.of(covered.apply(life.getEpoch())))
                        .build())
                .filter(held -> held.getRangesCount() > 0)
                .toList();
    }

    /** Without what was found in a damaged file: that is no part of this file's line. */
    static Line line(Hello said) {
        return new Line(
                said.getLivesList().stream()
                        .filter(life -> !life.getSalvaged())
                        .map(life -> new Line.Life(life.getEpoch(), life.getParent(), life.getFirst()))
                        .toList(),
                said.getNextSequence());
    }

    private static Action malformed(String detail) {
        return refuse(Reason.REASON_MALFORMED, detail, 0);
    }

    private static Action setAside(String detail) {
        return new SetAside(detail, refusal(Reason.REASON_MALFORMED, detail, 0));
    }

    private static Action refuse(Reason reason, String detail, int retryAfterSeconds) {
        return new Refuse(refusal(reason, detail, retryAfterSeconds));
    }

    private static Refusal refusal(Reason reason, String detail, int retryAfterSeconds) {
        return Refusal.newBuilder()
                .setReason(reason)
                .setDetail(detail)
                .setRetryAfterSeconds(retryAfterSeconds)
                .build();
    }
}
