package org.fieldward.edge.alarm;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.AlarmChange.Kind;
import org.fieldward.proto.reading.AlarmChange.Phase;
import org.fieldward.proto.reading.AlarmChange.Priority;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.reading.Waveform;
import org.jspecify.annotations.Nullable;

/**
 * Decides which alarms begin and end. Pure: entries and times in, changes out; every time is the tick of a stamp. Alarms
 * that were active before a restart are given back to it and keep their names until they clear. For one thread.
 */
final class AlarmDecider {

    /** A device clock that is off by the same amount for so long is wrong, and its readings are not history. */
    private static final long STEADY_MILLIS = 30_000;

    private static final long STEADY_TOLERANCE_MILLIS = 5_000;

    private AlarmSettings settings;
    private final DeviceId gateway;
    private final String namePrefix;
    private final @Nullable Limit[] limits = new @Nullable Limit[256];
    private final Map<DeviceId, Device> devices = new HashMap<>();
    private final Map<Key, AlarmChange> active = new HashMap<>();
    private long names;
    private long linkStuckSince = -1;

    /** What an alarm is about; at most one is active for each. */
    private record Key(DeviceId device, Kind kind, Optional<Parameter> parameter) {}

    /** What is known of one device. */
    private static final class Device {
        final Since outSince = new Since();
        final BitSet outHigh = new BitSet(0);
        final Since offSince = new Since();
        long heardAt;
        boolean expected;
        long lostAt = -1;
        long clockOffset = Long.MIN_VALUE;
        long clockSteadySince;
    }

    /**
     * @param gateway stands as the device of alarms about the link
     * @param namePrefix makes names unique over restarts
     * @param before alarms that were active when the agent stopped
     */
    AlarmDecider(AlarmSettings settings, DeviceId gateway, String namePrefix, List<AlarmChange> before, Stamp now) {
        this.settings = settings;
        this.gateway = gateway;
        this.namePrefix = namePrefix;
        obey(settings);
        for (AlarmChange change : before) {
            active.put(new Key(change.device(), change.kind(), change.parameter()), change);
            if (change.kind() != Kind.LINK_DOWN && change.kind() != Kind.DISK) {
                Device device = device(change.device());
                device.expected = true;
                device.heardAt = now.tickMillis();
            }
        }
    }

    /** From now on; what is active is judged anew by the next value or tick, and a delay that runs goes on. */
    void obey(AlarmSettings others) {
        settings = others;
        Arrays.fill(limits, null);
        others.limits().forEach(limit -> limits[limit.parameter().number()] = limit);
    }

    Collection<AlarmChange> active() {
        return List.copyOf(active.values());
    }

    List<AlarmChange> on(AlarmEvent event, Stamp now) {
        var changes = new ArrayList<AlarmChange>(0);
        switch (event) {
            case AlarmEvent.Stored stored -> {
                switch (stored.entry()) {
                    case Reading reading -> reading(reading, now, changes);
                    case DeviceStatus status -> status(status, now, changes);
                    case AlarmChange ours -> {}
                    case Gap ours -> {}
                    case Document ours -> {}
                    case Waveform block -> alive(block, now, changes);
                }
            }
            case AlarmEvent.Tick tick -> tick(now, changes);
            case AlarmEvent.Disk disk -> disk(disk.percent(), now, changes);
            case AlarmEvent.Link link -> link(link.moving(), now, changes);
        }
        return changes;
    }

    private Device device(DeviceId id) {
        return devices.computeIfAbsent(id, any -> new Device());
    }

    private void reading(Reading reading, Stamp now, List<AlarmChange> changes) {
        if (isReplayed(reading.stamp(), now)) {
            return;
        }
        Device device = device(reading.device());
        heard(reading.device(), device, now, changes);
        if (isLate(reading.stamp(), device)) {
            return;
        }
        for (Value value : reading.values()) {
            switch (value) {
                case Value.Quantity quantity -> quantity(reading.device(), device, quantity, now, changes);
                case Value.Absent absent -> absent(reading.device(), device, absent, now, changes);
            }
        }
    }

    /** A waveform has no limits to cross, but nobody who sends one is silent. */
    private void alive(Waveform block, Stamp now, List<AlarmChange> changes) {
        if (!isReplayed(block.stamp(), now)) {
            heard(block.device(), device(block.device()), now, changes);
        }
    }

    private void heard(DeviceId id, Device device, Stamp now, List<AlarmChange> changes) {
        device.heardAt = now.tickMillis();
        device.expected = true;
        device.lostAt = -1;
        clear(new Key(id, Kind.DEVICE_SILENT, Optional.empty()), "it sends again", now, changes);
    }

    /** What waited in quarantine arrived long ago: it tells neither how the patient is nor that the device sends. */
    private boolean isReplayed(Stamp stamp, Stamp now) {
        return Micros.between(stamp.receivedAt(), now.receivedAt())
                > TimeUnit.MILLISECONDS.toMicros(settings.lateAfter().toMillis());
    }

    /** Backfilled readings never raise an alarm about now. */
    private boolean isLate(Stamp stamp, Device device) {
        if (stamp.deviceTime().isEmpty()) {
            return false;
        }
        long offset = Micros.between(stamp.measuredAt(), stamp.receivedAt()) / 1000;
        if (device.clockOffset == Long.MIN_VALUE || Math.abs(offset - device.clockOffset) > STEADY_TOLERANCE_MILLIS) {
            device.clockOffset = offset;
            device.clockSteadySince = stamp.tickMillis();
        }
        return offset > settings.lateAfter().toMillis() && stamp.tickMillis() - device.clockSteadySince < STEADY_MILLIS;
    }

    private void quantity(DeviceId id, Device device, Value.Quantity quantity, Stamp now, List<AlarmChange> changes) {
        Parameter parameter = quantity.parameter();
        int number = parameter.number();
        device.offSince.forget(number);
        clear(new Key(id, Kind.SENSOR_OFF, Optional.of(parameter)), "it measures again", now, changes);
        Limit limit = limits[number];
        if (limit == null) {
            return;
        }
        BigDecimal measured = inOwnUnit(quantity);
        boolean high =
                limit.high().isPresent() && measured.compareTo(limit.high().get()) > 0;
        boolean low = limit.low().isPresent() && measured.compareTo(limit.low().get()) < 0;
        if (!high && !low) {
            device.outSince.forget(number);
        } else if (device.outSince.at(number) < 0 || device.outHigh.get(number) != high) {
            device.outSince.remember(number, now.tickMillis());
            device.outHigh.set(number, high);
        }
        if (!active.isEmpty()) {
            clearInside(id, limit, measured, now, changes);
        }
        if ((high || low)
                && now.tickMillis() - device.outSince.at(number)
                        >= limit.delay().toMillis()) {
            Kind kind = high ? Kind.LIMIT_HIGH : Kind.LIMIT_LOW;
            String text = parameter.name()
                    + (high
                            ? " above " + limit.high().get()
                            : " below " + limit.low().get());
            raise(new Key(id, kind, Optional.of(parameter)), limit.priority(), text, now, changes);
        }
    }

    private void clearInside(DeviceId id, Limit limit, BigDecimal measured, Stamp now, List<AlarmChange> changes) {
        Optional<Parameter> parameter = Optional.of(limit.parameter());
        boolean notHigh =
                limit.high().isEmpty() || measured.compareTo(limit.high().get().subtract(limit.hysteresis())) <= 0;
        boolean notLow =
                limit.low().isEmpty() || measured.compareTo(limit.low().get().add(limit.hysteresis())) >= 0;
        if (notHigh) {
            clear(new Key(id, Kind.LIMIT_HIGH, parameter), "back within limits", now, changes);
        }
        if (notLow) {
            clear(new Key(id, Kind.LIMIT_LOW, parameter), "back within limits", now, changes);
        }
    }

    private static BigDecimal inOwnUnit(Value.Quantity quantity) {
        return quantity.unit() == Unit.FAHRENHEIT
                ? quantity.number()
                        .subtract(BigDecimal.valueOf(32))
                        .multiply(BigDecimal.valueOf(5))
                        .divide(BigDecimal.valueOf(9), MathContext.DECIMAL64)
                : quantity.number();
    }

    private void absent(DeviceId id, Device device, Value.Absent absent, Stamp now, List<AlarmChange> changes) {
        int number = absent.parameter().number();
        device.outSince.forget(number);
        if (absent.reason() != AbsentReason.NOT_PERFORMED) {
            return;
        }
        if (device.offSince.at(number) < 0) {
            device.offSince.remember(number, now.tickMillis());
        }
        if (now.tickMillis() - device.offSince.at(number)
                >= settings.sensorOffAfter().toMillis()) {
            Optional<Parameter> parameter = Optional.of(absent.parameter());
            raise(
                    new Key(id, Kind.SENSOR_OFF, parameter),
                    Priority.LOW,
                    absent.parameter().name() + ": sensor off",
                    now,
                    changes);
            // Nobody can say whether the value is still out: the sensor is the alarm now.
            clear(new Key(id, Kind.LIMIT_HIGH, parameter), "sensor off", now, changes);
            clear(new Key(id, Kind.LIMIT_LOW, parameter), "sensor off", now, changes);
        }
    }

    private void status(DeviceStatus status, Stamp now, List<AlarmChange> changes) {
        Device device = device(status.device());
        switch (status.status()) {
            case ONLINE -> heard(status.device(), device, now, changes);
            case LOST -> {
                device.expected = true;
                device.lostAt = now.tickMillis();
            }
            case OFFLINE -> {
                // It said goodbye: nobody misses it. That a value is back within limits, it did not say.
                device.expected = false;
                device.lostAt = -1;
                device.heardAt = now.tickMillis();
                // Whoever it measures next, the time before does not count for their delays.
                device.outSince.forgetAll();
                device.offSince.forgetAll();
                for (Key key : List.copyOf(active.keySet())) {
                    if (key.device().equals(status.device()) && !isAboutLimit(key)) {
                        clear(key, "the device was switched off", now, changes);
                    }
                }
            }
        }
    }

    private static boolean isAboutLimit(Key key) {
        return key.kind() == Kind.LIMIT_HIGH || key.kind() == Kind.LIMIT_LOW;
    }

    private void tick(Stamp now, List<AlarmChange> changes) {
        devices.forEach((id, device) -> {
            boolean silent =
                    now.tickMillis() - device.heardAt >= settings.silentAfter().toMillis();
            boolean lost = device.lostAt >= 0
                    && now.tickMillis() - device.lostAt >= settings.lostAfter().toMillis();
            if (device.expected && (silent || lost)) {
                String text = lost ? "the connection to the device broke" : "nothing comes from the device";
                raise(new Key(id, Kind.DEVICE_SILENT, Optional.empty()), Priority.MEDIUM, text, now, changes);
            }
        });
        for (Key key : List.copyOf(active.keySet())) {
            if (isAboutLimit(key)) {
                Device device = device(key.device());
                if (limits[key.parameter().orElseThrow().number()] == null) {
                    clear(key, "the limit was removed", now, changes);
                } else if (!device.expected
                        && now.tickMillis() - device.heardAt
                                >= settings.withdrawAfter().toMillis()) {
                    clear(key, "no value since the device was switched off", now, changes);
                }
            }
        }
        if (linkStuckSince >= 0
                && now.tickMillis() - linkStuckSince >= settings.linkDownAfter().toMillis()) {
            String text = "the core confirms nothing; readings are kept here";
            raise(new Key(gateway, Kind.LINK_DOWN, Optional.empty()), Priority.LOW, text, now, changes);
        }
    }

    private void link(boolean moving, Stamp now, List<AlarmChange> changes) {
        if (moving) {
            linkStuckSince = -1;
            clear(new Key(gateway, Kind.LINK_DOWN, Optional.empty()), "the core confirms again", now, changes);
        } else if (linkStuckSince < 0) {
            linkStuckSince = now.tickMillis();
        }
    }

    /** One alarm at a time, of the highest level that is reached; it falls only a good way below where it rose. */
    private void disk(long percent, Stamp now, List<AlarmChange> changes) {
        Key key = new Key(gateway, Kind.DISK, Optional.empty());
        AlarmChange raised = active.get(key);
        Optional<DiskLevel> before = Optional.ofNullable(raised).map(change -> DiskLevel.of(change.priority()));
        Optional<DiskLevel> level = DiskLevel.of(percent, before);
        if (level.equals(before)) {
            return;
        }
        clear(key, level.isEmpty() ? "there is room again" : "it is another level now", now, changes);
        level.ifPresent(reached -> raise(key, reached.priority(), reached.text(), now, changes));
    }

    private void raise(Key key, Priority priority, String detail, Stamp now, List<AlarmChange> changes) {
        if (!active.containsKey(key)) {
            String name = namePrefix + "-" + ++names;
            var change = new AlarmChange(
                    key.device(), now, name, key.kind(), priority, Phase.RAISED, key.parameter(), detail);
            active.put(key, change);
            changes.add(change);
        }
    }

    private void clear(Key key, String detail, Stamp now, List<AlarmChange> changes) {
        if (active.isEmpty()) {
            return;
        }
        AlarmChange raised = active.remove(key);
        if (raised != null) {
            changes.add(new AlarmChange(
                    key.device(),
                    now,
                    raised.alarm(),
                    key.kind(),
                    raised.priority(),
                    Phase.CLEARED,
                    key.parameter(),
                    detail));
        }
    }
}
