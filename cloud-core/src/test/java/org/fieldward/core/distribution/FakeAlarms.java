package org.fieldward.core.distribution;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.fieldward.core.observation.Readings;
import org.fieldward.core.observation.alarm.Alarms;
import org.fieldward.proto.reading.AlarmChange.Phase;

/** Alarms in memory. */
public final class FakeAlarms implements Alarms {

    private final Map<String, Alarm> active = new LinkedHashMap<>();
    private final List<Consumer<List<Alarm>>> listeners = new CopyOnWriteArrayList<>();

    private final List<Alarm> steps = new ArrayList<>();

    /** Every step, in order. */
    public synchronized List<Alarm> steps() {
        return List.copyOf(steps);
    }

    public void change(Alarm alarm) {
        synchronized (this) {
            steps.add(alarm);
            if (alarm.latest().phase() == Phase.CLEARED) {
                active.remove(alarm.latest().alarm());
            } else {
                active.put(alarm.latest().alarm(), alarm);
            }
        }
        listeners.forEach(listener -> listener.accept(List.of(alarm)));
    }

    @Override
    public synchronized List<Alarm> active() {
        return List.copyOf(active.values());
    }

    @Override
    public Readings.Subscription listen(Consumer<List<Alarm>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }
}
