package org.fieldward.edge.buffer.quota;

import org.fieldward.proto.reading.Lane;

/** Bytes by lane. Not thread-safe. */
public final class LaneBytes {

    private static final int LANES = Lane.values().length;

    private final long[] bytes = new long[LANES];

    public long of(Lane lane) {
        return bytes[lane.ordinal()];
    }

    public long total() {
        long total = 0;
        for (long lane : bytes) {
            total += lane;
        }
        return total;
    }

    public LaneBytes add(Lane lane, long more) {
        bytes[lane.ordinal()] += more;
        return this;
    }

    public LaneBytes add(LaneBytes more) {
        for (int lane = 0; lane < bytes.length; lane++) {
            bytes[lane] += more.bytes[lane];
        }
        return this;
    }
}
