package org.fieldward.core.distribution;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.observation.Accepted;
import org.fieldward.core.observation.alarm.Alarms.Alarm;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.AlarmChange.Phase;

/** The order of readings and alarms in memory. */
public final class FakeAccepted implements Accepted {

    private final FakeReadings readings;
    private final FakeAlarms alarms;

    public FakeAccepted(FakeReadings readings, FakeAlarms alarms) {
        this.readings = readings;
        this.alarms = alarms;
    }

    @Override
    public Readings readings(long after) {
        return new Readings(Math.max(after, readings.batches()), readings.behind(after));
    }

    @Override
    public long newestBatch() {
        return readings.batches();
    }

    @Override
    public long readingsBetween(long after, long until) {
        return readings.behind(after).stream()
                .filter(observed -> observed.commitmentBatch() <= until)
                .count();
    }

    @Override
    public List<Step> steps(long after, int limit) {
        var steps = new ArrayList<Step>();
        for (Alarm alarm : alarms.steps()) {
            AlarmChange latest = alarm.latest();
            steps.add(new Step(
                    steps.size() + 1L,
                    alarm.gateway(),
                    latest.alarm(),
                    latest.device(),
                    latest.kind(),
                    latest.priority(),
                    latest.phase(),
                    latest.parameter(),
                    latest.stamp().measuredAt(),
                    alarm.raisedAt(),
                    alarm.patient(),
                    latest.detail(),
                    false));
        }
        return steps.stream().filter(step -> step.number() > after).limit(limit).toList();
    }

    @Override
    public long newestStep() {
        return alarms.steps().size();
    }

    @Override
    public Optional<Phase> phase(String gateway, String alarm) {
        return alarms.steps().stream()
                .filter(one -> one.latest().alarm().equals(alarm))
                .map(one -> one.latest().phase())
                .reduce((first, second) -> second);
    }
}
