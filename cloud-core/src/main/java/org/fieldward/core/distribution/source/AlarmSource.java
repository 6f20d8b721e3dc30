package org.fieldward.core.distribution.source;

import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.distribution.source.Subject.Word;
import org.fieldward.core.fhir.FhirId;
import org.fieldward.core.observation.Accepted;
import org.fieldward.core.observation.Accepted.Step;
import org.fieldward.proto.reading.AlarmChange.Phase;
import org.hl7.fhir.r4.model.Flag;
import org.hl7.fhir.r4.model.Flag.FlagStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** Every step of every alarm. */
public final class AlarmSource implements Source {

    /** What stands for a resource's type: R4 has no resource for an alarm. */
    public static final String TYPE = "Alarm";

    private static final int AT_ONCE = 500;

    private final Accepted accepted;
    private final Whereabouts whereabouts;

    public AlarmSource(Accepted accepted, Whereabouts whereabouts) {
        this.accepted = accepted;
        this.whereabouts = whereabouts;
    }

    @Override
    public String name() {
        return "alarms";
    }

    @Override
    public Page after(long position) {
        List<Step> steps = accepted.steps(position, AT_ONCE);
        return new Page(
                steps.isEmpty() ? position : steps.getLast().number(),
                steps.stream().map(step -> (Happening) new Changed(step)).toList());
    }

    @Override
    public long newest() {
        return accepted.newestStep();
    }

    @Override
    public boolean has(String type) {
        return type.equals(TYPE);
    }

    static boolean isSeen(Step step, Whereabouts whereabouts, Sight sight) {
        return sight.isEverything()
                || sight.reaches(
                        whereabouts.ofGateway().apply(step.gateway()),
                        step.patient().map(Set::of).orElse(Set.of()),
                        step.patient().map(whereabouts.ofPatient()).orElse(Set.of()));
    }

    /** The alarm as a Flag: what R4 has for something that care givers must not overlook. */
    static Flag flag(Step step) {
        var flag = new Flag();
        flag.setStatus(step.phase() == Phase.CLEARED ? FlagStatus.INACTIVE : FlagStatus.ACTIVE);
        flag.addCategory().setText("alarm, priority " + word(step.priority()));
        flag.getCode()
                .setText(word(step.kind())
                        + step.parameter()
                                .map(parameter -> " " + parameter.key())
                                .orElse(""));
        step.patient().ifPresent(patient -> flag.setSubject(new Reference("Patient/" + patient)));
        flag.getPeriod().setStart(Date.from(step.raisedAt()));
        if (step.phase() == Phase.CLEARED) {
            flag.getPeriod().setEnd(Date.from(step.at()));
        }
        flag.setAuthor(new Reference("Device/" + FhirId.ofDevice(step.device())));
        return flag;
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private final class Changed implements Happening {

        private final Step step;

        Changed(Step step) {
            this.step = step;
        }

        @Override
        public Subject subject() {
            Word word = switch (step.phase()) {
                case RAISED -> Word.RAISED;
                case ACKNOWLEDGED -> Word.ACKNOWLEDGED;
                case CLEARED -> Word.CLEARED;
            };
            return new Subject(word, "Device/" + FhirId.ofDevice(step.device()), 0, step.number(), step.patient());
        }

        @Override
        public String type() {
            return TYPE;
        }

        @Override
        public Optional<Resource> resource() {
            return Optional.of(flag(step));
        }

        @Override
        public Optional<Resource> previous() {
            return Optional.empty();
        }

        @Override
        public Set<String> patients() {
            return step.patient().map(Set::of).orElse(Set.of());
        }

        @Override
        public Optional<String> fact(String name) {
            return switch (name) {
                case "device" -> Optional.of(FhirId.ofDevice(step.device()));
                case "priority" -> Optional.of(word(step.priority()));
                case "kind" -> Optional.of(word(step.kind()));
                case "parameter" -> step.parameter().map(parameter -> parameter.key());
                default -> Optional.empty();
            };
        }

        @Override
        public boolean isSeenWith(Sight sight) {
            return isSeen(step, whereabouts, sight);
        }
    }
}
