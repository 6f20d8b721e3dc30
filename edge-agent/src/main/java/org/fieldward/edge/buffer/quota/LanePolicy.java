package org.fieldward.edge.buffer.quota;

import java.time.Duration;
import java.time.Instant;
import org.fieldward.proto.reading.Lane;

/**
 * Decides whether there is room and what must go for it: waveforms first, then trends. Alarms, events and vital signs are
 * never given up; what finds no room is refused. Immutable.
 */
public final class LanePolicy {

    /** What is given up at once beyond the need, so that a full disk does not cost every commit a search. */
    private static final long MOST_SLACK = 1 << 20;

    private static final long STRETCH_SECONDS = Duration.ofSeconds(10).toSeconds();

    private final long max;
    private final long withReserve;
    private final long waveforms;

    public sealed interface Verdict {

        record Admit() implements Verdict {}

        /** Comes in once at least so much is gone; never more than is kept. */
        record Evict(long waveforms, long trends) implements Verdict {}

        record Refuse(long used, long allowed) implements Verdict {}
    }

    /**
     * @param max for everything
     * @param reserve on top of it, for alarms and events only; documents get half of it
     * @param waveformPercent of {@code max}, for waveforms at most
     */
    public LanePolicy(long max, long reserve, int waveformPercent) {
        this.max = max;
        withReserve = reserve > Long.MAX_VALUE - max ? Long.MAX_VALUE : max + reserve;
        waveforms = max / 100 * waveformPercent;
    }

    /**
     * @param kept what is on disk, and may be given up
     * @param pending what was admitted and is not on disk yet
     * @param wanted comes in whole or not at all
     */
    public Verdict decide(LaneBytes kept, LaneBytes pending, LaneBytes wanted) {
        return decide(kept, pending, wanted, false);
    }

    /**
     * The same.
     *
     * @param documents whether there are some in it: of the reserve they get half, so that they never take the alarms' room
     */
    public Verdict decide(LaneBytes kept, LaneBytes pending, LaneBytes wanted, boolean documents) {
        long reserved = documents ? (withReserve - max) / 2 : withReserve - max;
        long allowed = isUrgent(wanted) ? max + reserved : max;
        long used = kept.total() + pending.total();
        long excess = used - allowed + wanted.total();
        long usedByWaveforms = kept.of(Lane.WAVEFORM) + pending.of(Lane.WAVEFORM);
        long waveformExcess =
                wanted.of(Lane.WAVEFORM) == 0 ? 0 : usedByWaveforms + wanted.of(Lane.WAVEFORM) - waveforms;
        if (excess <= 0 && waveformExcess <= 0) {
            return new Verdict.Admit();
        }
        long fromWaveforms = Math.min(Math.max(excess, waveformExcess), kept.of(Lane.WAVEFORM));
        long fromTrends = isAboveTrends(wanted) ? Math.clamp(excess - fromWaveforms, 0, kept.of(Lane.TREND)) : 0;
        if (waveformExcess > fromWaveforms) {
            return new Verdict.Refuse(usedByWaveforms, waveforms);
        }
        if (excess > fromWaveforms + fromTrends) {
            return new Verdict.Refuse(used, allowed);
        }
        return new Verdict.Evict(
                withSlack(fromWaveforms, kept.of(Lane.WAVEFORM)), withSlack(fromTrends, kept.of(Lane.TREND)));
    }

    /**
     * Whether thinning takes what arrived then: half of the stretches of ten seconds. Which half follows the Thue-Morse
     * sequence, so that no device's own rhythm can fall in with it and lose everything.
     */
    public static boolean thins(Instant receivedAt) {
        return Long.bitCount(Math.floorDiv(receivedAt.getEpochSecond(), STRETCH_SECONDS)) % 2 == 1;
    }

    private long withSlack(long bytes, long kept) {
        return bytes == 0 ? 0 : Math.min(kept, bytes + Math.min(max / 100, MOST_SLACK));
    }

    private static boolean isUrgent(LaneBytes wanted) {
        return wanted.of(Lane.ALARM) + wanted.of(Lane.EVENT) == wanted.total();
    }

    private static boolean isAboveTrends(LaneBytes wanted) {
        return wanted.of(Lane.TREND) + wanted.of(Lane.WAVEFORM) < wanted.total();
    }
}
