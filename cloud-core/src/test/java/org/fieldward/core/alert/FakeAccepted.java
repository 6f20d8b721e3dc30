package org.fieldward.core.alert;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fieldward.core.observation.Accepted;
import org.fieldward.proto.reading.AlarmChange.Kind;
import org.fieldward.proto.reading.AlarmChange.Phase;
import org.fieldward.proto.reading.AlarmChange.Priority;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;

/** Alarms that a test raises. */
final class FakeAccepted implements Accepted {

    private final List<Step> steps = new CopyOnWriteArrayList<>();
    private final Map<String, Instant> raised = new HashMap<>();

    void change(String alarm, String device, Phase phase, Priority priority, Instant at) {
        raised.putIfAbsent(alarm, at);
        steps.add(new Step(
                steps.size() + 1,
                "ward-3",
                alarm,
                new DeviceId(device),
                Kind.LIMIT_LOW,
                priority,
                phase,
                Optional.of(Catalogue.standard().key("spo2")),
                at,
                raised.get(alarm),
                Optional.of("p1"),
                "",
                false));
    }

    @Override
    public long readingsBetween(long after, long until) {
        return 0;
    }

    @Override
    public Readings readings(long after) {
        return new Readings(after, List.of());
    }

    @Override
    public long newestBatch() {
        return 0;
    }

    @Override
    public List<Step> steps(long after, int limit) {
        return steps.stream().filter(step -> step.number() > after).limit(limit).toList();
    }

    @Override
    public long newestStep() {
        return steps.size();
    }

    @Override
    public Optional<Phase> phase(String gateway, String alarm) {
        return steps.stream()
                .filter(step -> step.alarm().equals(alarm))
                .map(Step::phase)
                .reduce((first, second) -> second);
    }
}
