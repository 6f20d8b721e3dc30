package org.fieldward.core.clinical.stay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import org.fieldward.core.registry.Registry.Binding;
import org.fieldward.proto.reading.DeviceId;

/**
 * What to do to a device's bindings when it is known anew who lay in its bed. Only that time is touched for which the
 * answer changed: what people bound by hand stays outside of it, and inside of it where it began later. Pure.
 */
public final class BindingPlan {

    /** One change of the registry; to be done in this order. */
    public sealed interface Step {
        DeviceId device();

        /**
         * @param binding its number, or what a step before called it
         * @param at the binding's own beginning: it never held
         */
        record End(DeviceId device, long binding, Instant at) implements Step {}

        /** @param as what later steps call it, less than 0 */
        record Bind(DeviceId device, long as, String patient, Instant from, Optional<Instant> until) implements Step {}
    }

    private record Span(Instant from, Optional<Instant> until, Optional<String> before, Optional<String> after) {}

    private final DeviceId device;
    private final List<Binding> bindings;
    private final List<Step> steps = new ArrayList<>();

    private BindingPlan(DeviceId device, List<Binding> bindings) {
        this.device = device;
        this.bindings = new ArrayList<>(bindings);
    }

    /**
     * @param bindings of the device
     * @param before who was thought to be in its bed
     * @param after who is known to be in it now
     */
    public static List<Step> of(DeviceId device, List<Binding> bindings, List<Stay> before, List<Stay> after) {
        var plan = new BindingPlan(device, bindings);
        spans(before, after).forEach(plan::apply);
        return List.copyOf(plan.steps);
    }

    /** Ends what binds the patient to the device at that instant. */
    public static List<Step> release(DeviceId device, List<Binding> bindings, String patient, Instant at) {
        var plan = new BindingPlan(device, bindings);
        for (Binding binding : bindings) {
            boolean covers = !at.isBefore(binding.from())
                    && binding.until().map(at::isBefore).orElse(true);
            if (binding.patient().equals(patient) && covers) {
                plan.end(binding, at);
            }
        }
        return List.copyOf(plan.steps);
    }

    /** Puts another patient into each binding of one who turned out to be the same person. */
    public static List<Step> rename(DeviceId device, List<Binding> bindings, String patient, String into) {
        var plan = new BindingPlan(device, bindings);
        for (Binding binding : bindings) {
            if (binding.patient().equals(patient) && !isEmpty(binding)) {
                plan.end(binding, binding.from());
                plan.bind(into, binding.from(), binding.until());
            }
        }
        return List.copyOf(plan.steps);
    }

    /** Where the answer to who was there is another one now. */
    private static List<Span> spans(List<Stay> before, List<Stay> after) {
        var instants = new TreeSet<Instant>();
        for (Stay stay : concat(before, after)) {
            instants.add(stay.from());
            stay.until().ifPresent(instants::add);
        }
        var spans = new ArrayList<Span>();
        for (Instant from : instants) {
            Optional<Instant> until = Optional.ofNullable(instants.higher(from));
            Optional<String> was = at(before, from);
            Optional<String> is = at(after, from);
            if (was.equals(is)) {
                continue;
            }
            Span last = spans.isEmpty() ? new Span(from, Optional.of(from), was, is) : spans.removeLast();
            boolean goesOn = last.until().equals(Optional.of(from))
                    && last.before().equals(was)
                    && last.after().equals(is);
            if (!goesOn) {
                spans.add(last);
            }
            spans.add(new Span(goesOn ? last.from() : from, until, was, is));
        }
        return spans;
    }

    private static List<Stay> concat(List<Stay> some, List<Stay> more) {
        var all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    private static Optional<String> at(List<Stay> stays, Instant instant) {
        return stays.stream()
                .filter(stay -> stay.covers(instant))
                .map(Stay::patient)
                .findFirst();
    }

    private void apply(Span span) {
        if (span.after().isEmpty()) {
            String gone = span.before().orElseThrow();
            List.copyOf(bindings).stream()
                    .filter(binding -> binding.patient().equals(gone))
                    .forEach(binding -> cut(binding, span));
            return;
        }
        String patient = span.after().get();
        Optional<Instant> until = span.until();
        for (Binding binding : List.copyOf(bindings)) {
            if (binding.patient().equals(patient) || !overlaps(binding, span)) {
                continue;
            }
            boolean ours = Optional.of(binding.patient()).equals(span.before());
            if (ours || !binding.from().isAfter(span.from())) {
                cut(binding, span);
            } else {
                // Bound by hand after the patient came: whoever did it knew better.
                until = Optional.of(Stay.earlier(until, binding.from()));
            }
        }
        fill(patient, span.from(), until);
    }

    private void cut(Binding binding, Span span) {
        if (!overlaps(binding, span)) {
            return;
        }
        boolean begunBefore = binding.from().isBefore(span.from());
        end(binding, begunBefore ? span.from() : binding.from());
        boolean goesOn = span.until().isPresent()
                && binding.until().map(span.until().get()::isBefore).orElse(true);
        if (goesOn) {
            bind(binding.patient(), span.until().get(), binding.until());
        }
    }

    /** Binds the patient for each part of that time in which nothing does. */
    private void fill(String patient, Instant from, Optional<Instant> until) {
        Instant at = from;
        List<Binding> present = bindings.stream()
                .filter(binding -> !isEmpty(binding))
                .sorted(Comparator.comparing(Binding::from))
                .toList();
        for (Binding binding : present) {
            boolean over = binding.until().isPresent() && !binding.until().get().isAfter(at);
            if (over) {
                continue;
            }
            if (until.isPresent() && !binding.from().isBefore(until.get())) {
                break;
            }
            if (binding.from().isAfter(at)) {
                bind(patient, at, Optional.of(binding.from()));
            }
            if (binding.until().isEmpty()) {
                return;
            }
            at = binding.until().get();
        }
        if (until.isEmpty() || at.isBefore(until.get())) {
            bind(patient, at, until);
        }
    }

    private void end(Binding binding, Instant at) {
        steps.add(new Step.End(device, binding.number(), at));
        bindings.replaceAll(one -> Objects.equals(one, binding)
                ? new Binding(one.number(), device, one.patient(), one.from(), Optional.of(at))
                : one);
    }

    private void bind(String patient, Instant from, Optional<Instant> until) {
        long as = -1 - steps.size();
        steps.add(new Step.Bind(device, as, patient, from, until));
        bindings.add(new Binding(as, device, patient, from, until));
    }

    private static boolean overlaps(Binding binding, Span span) {
        return !isEmpty(binding)
                && binding.until().map(span.from()::isBefore).orElse(true)
                && span.until().map(binding.from()::isBefore).orElse(true);
    }

    private static boolean isEmpty(Binding binding) {
        return binding.until().isPresent() && !binding.until().get().isAfter(binding.from());
    }
}
