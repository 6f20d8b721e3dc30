package org.fieldward.edge.clinic;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.clinic.DeviceView.LastValue;
import org.fieldward.edge.clinic.DeviceView.State;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Value;
import org.jspecify.annotations.Nullable;

/** What is remembered of one device. For one thread. */
final class DeviceTrack {

    private static final int PARAMETERS = 32;

    private final DeviceId device;
    private final DeviceClock clock;
    private final Rate rate = new Rate();
    private @Nullable Held[] held = new @Nullable Held[PARAMETERS];
    private State state = State.UNKNOWN;
    private Optional<Instant> since = Optional.empty();
    private Optional<Instant> lastSeen = Optional.empty();
    private long lastSeenTick;
    private boolean changed;

    /** The newest of one parameter; used again and again, for a busy door brings many. */
    private static final class Held {
        private Value value;
        private Stamp stamp;
        /** When it was measured, as far as known, by the gateway's monotonic clock. */
        private long measuredTick;

        private boolean published;

        Held(Value value, Stamp stamp, long measuredTick) {
            this.value = value;
            this.stamp = stamp;
            this.measuredTick = measuredTick;
        }

        void become(Value newer, Stamp at, long tick) {
            value = newer;
            stamp = at;
            measuredTick = tick;
            published = false;
        }
    }

    DeviceTrack(DeviceId device, Duration lateAfter) {
        this.device = device;
        clock = new DeviceClock(lateAfter);
    }

    DeviceId device() {
        return device;
    }

    /** Returns true if it is the first change since the last {@link #takeChanged}. */
    boolean reading(Reading reading) {
        Stamp stamp = reading.stamp();
        seen(stamp);
        rate.count(stamp.tickMillis());
        long measured = stamp.tickMillis() - clock.lateness(stamp);
        boolean newer = false;
        for (Value value : reading.values()) {
            int number = value.parameter().number();
            if (number >= held.length) {
                held = Arrays.copyOf(held, number + 1);
            }
            Held before = held[number];
            if (before == null) {
                held[number] = new Held(value, stamp, measured);
                newer = true;
            } else if (before.measuredTick <= measured) {
                before.become(value, stamp, measured);
                newer = true;
            }
        }
        boolean first = newer && !changed;
        changed |= newer;
        return first;
    }

    void status(DeviceStatus status) {
        seen(status.stamp());
        since = Optional.of(status.stamp().receivedAt());
        state = switch (status.status()) {
            case ONLINE -> State.ONLINE;
            case OFFLINE -> State.OFFLINE;
            case LOST -> State.LOST;
        };
    }

    void seen(Stamp stamp) {
        lastSeen = Optional.of(stamp.receivedAt());
        lastSeenTick = stamp.tickMillis();
    }

    /** What changed since the last call, which also begins anew; empty if nobody wants it. */
    List<LastValue> takeChanged(boolean wanted, Now now) {
        changed = false;
        var values = new ArrayList<LastValue>();
        for (Held one : held) {
            if (one != null && !one.published) {
                one.published = true;
                if (wanted) {
                    values.add(last(one, now));
                }
            }
        }
        return values;
    }

    List<LastValue> values(Now now) {
        var values = new ArrayList<LastValue>();
        for (Held one : held) {
            if (one != null) {
                values.add(last(one, now));
            }
        }
        return values;
    }

    DeviceView view(Now now) {
        return new DeviceView(
                device,
                state,
                since,
                lastSeen,
                Math.max(0, now.tickMillis() - lastSeenTick),
                rate.lastMinute(now.tickMillis()),
                rate.lastHour(now.tickMillis()),
                clock.offset(),
                values(now));
    }

    private static LastValue last(Held held, Now now) {
        return new LastValue(
                held.value,
                held.stamp.measuredAt(),
                held.stamp.receivedAt(),
                Math.max(0, now.tickMillis() - held.measuredTick));
    }
}
