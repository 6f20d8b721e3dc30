package org.fieldward.edge.pace;

import java.time.Duration;
import org.fieldward.proto.reading.Lane;

/**
 * How many bytes may be under way so that what is new never waits long behind what went before it. More is allowed while
 * confirmations come quickly, half as much when one was slow or a session ended without it; what a record costs is learnt
 * by lane. For one thread; times in milliseconds.
 */
public final class Congestion {

    /** With which a session begins: two full batches of vital signs. */
    static final long FIRST = 32 << 10;

    private static final long LEAST = 1 << 10;

    private static final long MOST = 8 << 20;

    /** More than this is no property of the way, but a queue on it. */
    private static final long LONGEST_WAY = 1_000;

    private static final long STEP = 4 << 10;

    private static final long REMEMBERED_RECORDS = 4_000;

    private final long bearable;
    private final long most;
    private final Cost[] costs = new Cost[Lane.values().length];
    private long allowed;
    private long quickest = LONGEST_WAY;
    private long cutAt = Long.MIN_VALUE;
    private boolean cut;

    /** What records of a lane cost; the more of them in a batch, the more it counts. */
    private static final class Cost {
        private double records = 10;
        private double bytes;

        Cost(double each) {
            bytes = records * each;
        }

        void learn(long more, long size) {
            if (records > REMEMBERED_RECORDS) {
                records /= 2;
                bytes /= 2;
            }
            records += more;
            bytes += size;
        }
    }

    /**
     * @param liveDelay how long what is new may wait
     * @param bytesPerSecond a cap that is known beforehand; 0 for none
     */
    public Congestion(Duration liveDelay, long bytesPerSecond) {
        bearable = liveDelay.toMillis();
        // What the cap lets through in that time: a batch that is larger would make the live ones wait for its debt.
        most = bytesPerSecond == 0 ? MOST : Math.clamp(2 * bytesPerSecond * bearable / 1000, LEAST, MOST);
        allowed = Math.min(FIRST, most);
        for (Lane lane : Lane.values()) {
            costs[lane.ordinal()] = new Cost(lane == Lane.WAVEFORM ? 400 : 16);
        }
    }

    /** A session begins, perhaps on another way. */
    public void began() {
        allowed = Math.min(FIRST, allowed);
        quickest = LONGEST_WAY;
        cut = false;
    }

    /** It ended with something under way: less would perhaps have come through. */
    public void lost() {
        allowed = Math.max(LEAST, allowed / 2);
    }

    public void sent(Lane lane, long records, long bytes) {
        costs[lane.ordinal()].learn(records, bytes);
    }

    /** @param underWay before this came, itself included */
    public void confirmed(long sentAt, long bytes, long underWay, long now) {
        long took = now - sentAt;
        quickest = Math.min(quickest, took);
        if (took > quickest + bearable) {
            // What was sent before the last cut says nothing about what is allowed since.
            if (sentAt >= cutAt) {
                allowed = Math.max(LEAST, allowed / 2);
                cutAt = now;
                cut = true;
            }
        } else if (underWay >= allowed / 2) {
            // Only who uses what is allowed learns that more would do.
            allowed = Math.min(most, allowed + (cut ? Math.max(1, STEP * bytes / allowed) : bytes));
        }
    }

    /** Of backlog and waveforms, two batches. */
    public boolean hasRoomForBulk(long underWay) {
        return underWay <= allowed / 2;
    }

    /** Of live readings, as much again. */
    public boolean hasRoom(long underWay) {
        return underWay <= allowed;
    }

    /** How many records of a lane make a batch, at least one. */
    public int batch(Lane lane, int most) {
        Cost cost = costs[lane.ordinal()];
        return (int) Math.clamp((long) (allowed / 2.0 / (cost.bytes / cost.records)), 1, most);
    }
}
