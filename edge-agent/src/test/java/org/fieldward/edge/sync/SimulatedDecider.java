package org.fieldward.edge.sync;

import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.fieldward.edge.pace.PaceSettings;
import org.fieldward.edge.sync.SyncSettings.Backoff;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceSet;

/** The real decider; and the bugs that one could have, planted in what it is given and in what it says. */
final class SimulatedDecider {

    /** As shipped, a few times faster, so that a story of minutes has many outages in it. */
    private static final SyncSettings SETTINGS = new SyncSettings(
            50,
            Duration.ofMillis(50),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(4),
            new Backoff(Duration.ofMillis(200), Duration.ofSeconds(10), Duration.ofSeconds(10)),
            PaceSettings.DEFAULT);

    private final SyncDecider decider;
    private final SimulatedBuffer buffer;
    private final Optional<PlantedBug> bug;

    SimulatedDecider(
            SimulatedBuffer buffer, LongSupplier sessions, DoubleSupplier chance, long now, Optional<PlantedBug> bug) {
        this.buffer = buffer;
        this.bug = bug;
        boolean eager = bug.isPresent() && bug.get() == PlantedBug.RETRY_WITHOUT_BACKOFF;
        decider = new SyncDecider(
                bug.map(SimulatedDecider::settings).orElse(SETTINGS),
                buffer::nextSequence,
                sessions,
                eager ? () -> 0 : chance,
                () -> true,
                now);
    }

    private static SyncSettings settings(PlantedBug bug) {
        Backoff backoff = SETTINGS.backoff();
        return new SyncSettings(
                SETTINGS.maxBatch(),
                SETTINGS.linger(),
                SETTINGS.liveFor(),
                bug == PlantedBug.NO_WATCHDOG ? Duration.ofDays(10_000) : SETTINGS.ackTimeout(),
                SETTINGS.connectTimeout(),
                bug == PlantedBug.BACKOFF_RESET_BY_A_WELCOME
                        ? new Backoff(backoff.min(), backoff.max(), Duration.ofMillis(1))
                        : backoff,
                SETTINGS.pace());
    }

    SyncAction on(SyncEvent event, long now) {
        SyncAction action = decider.on(event, now);
        while (action instanceof SyncAction.Send send && isOverlooked(send.source())) {
            action = decider.on(new SyncEvent.NothingThere(send.source()), now);
        }
        return action instanceof SyncAction.Send send
                        && bug.isPresent()
                        && bug.get() == PlantedBug.RESENT_WHILE_UNDER_WAY
                ? new SyncAction.Send(send.source(), send.within(), SequenceSet.EMPTY, send.max())
                : action;
    }

    private boolean isOverlooked(SyncAction.Source source) {
        if (bug.isEmpty()) {
            return false;
        }
        return bug.get() == PlantedBug.BACKLOG_SKIPPED && source.late()
                || bug.get() == PlantedBug.ALARM_BEHIND_READINGS
                        && source.lane() == Lane.ALARM
                        && buffer.records(Lane.VITAL) > 0;
    }
}
