package org.fieldward.core.fhir.terminology;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.fieldward.core.fhir.FullValidator;
import org.fieldward.core.fhir.terminology.Draft.Answer;
import org.fieldward.core.fhir.terminology.Draft.Code;
import org.fieldward.core.fhir.terminology.Draft.Component;
import org.fieldward.core.fhir.terminology.Draft.Effective;
import org.fieldward.proto.reading.Catalogue;
import org.junit.jupiter.api.Test;

/** Holds the compiled check equal to the full validator, over good Observations and over ones spoilt in any place. */
class VitalSignDifferentialTest {

    private static final int DRAFTS = Integer.getInteger("fieldward.differential.drafts", 600);
    private static final long SEED = Long.getLong("fieldward.differential.seed", 20261121L);

    private static final List<String> PROFILES = List.of(
            "heartrate",
            "resprate",
            "oxygensat",
            "bodytemp",
            "bp",
            "bodyweight",
            "bodyheight",
            "bmi",
            "headcircum",
            "vitalsigns",
            "");
    private static final List<String> LOINCS = List.of(
            "8867-4", "9279-1", "2708-6", "8310-5", "85354-9", "29463-7", "8302-2", "39156-5", "9843-4", "19891-1",
            "41653-7");
    private static final List<String> UNITS =
            List.of("/min", "/min", "%", "Cel", "mm[Hg]", "kg", "cm", "kg/m2", "cm", "mm[Hg]", "mg/dL");
    private static final List<String> OTHER_UNITS =
            List.of("/min", "%", "Cel", "[degF]", "K", "mm[Hg]", "kg", "g", "[lb_av]", "cm", "[in_i]", "kg/m2");

    private final VitalSignCheck check = new VitalSignCheck(Catalogue.standard());
    private final Random random = new Random(SEED);

    @Test
    void the_compiled_check_and_the_full_validator_agree_on_every_draft() {
        var disagreements = new ArrayList<String>();
        int refused = 0;
        for (int i = 0; i < DRAFTS; i++) {
            Draft draft = draft(random.nextInt(PROFILES.size()));
            for (int spoil = random.nextInt(3); spoil > 0; spoil--) {
                draft = spoilt(draft);
            }
            Verdict ours = check.check(draft);
            List<String> theirs = FullValidator.errors(json(draft).toString());
            if (ours instanceof Verdict.Refused) {
                refused++;
            }
            if (ours instanceof Verdict.Accepted != theirs.isEmpty()) {
                disagreements.add("\n" + json(draft) + "\n ours: " + ours + "\n theirs: " + theirs);
            }
        }
        System.out.println("differential: " + DRAFTS + " drafts from seed " + SEED + ", " + refused + " refused, "
                + (DRAFTS - disagreements.size()) + " verdicts agree");

        assertThat(disagreements).isEmpty();
        assertThat(refused).isBetween(DRAFTS / 5, DRAFTS * 4 / 5);
    }

    private Draft draft(int kind) {
        String profile = PROFILES.get(kind);
        boolean panel = profile.equals("bp");
        boolean absent = !panel && random.nextInt(4) == 0;
        var codings = new ArrayList<>(List.of(new Code(Terminology.LOINC, LOINCS.get(kind))));
        if (random.nextBoolean()) {
            codings.add(new Code(Terminology.MDC, "147842"));
        }
        var components = new ArrayList<Component>();
        if (panel) {
            components.add(component("8480-6", random.nextInt(4) == 0));
            components.add(component("8462-4", random.nextInt(4) == 0));
            if (random.nextBoolean()) {
                components.add(component("8478-0", random.nextInt(4) == 0));
            }
        }
        return new Draft(
                profile.isEmpty() ? Optional.empty() : Optional.of(profile),
                "final",
                List.of(new Code(Terminology.CATEGORY, profile.isEmpty() ? "laboratory" : "vital-signs")),
                codings,
                true,
                random.nextInt(4) == 0 ? Effective.PERIOD : Effective.DATE_TIME,
                panel || absent ? new Answer.None() : quantity(UNITS.get(kind)),
                absent,
                components);
    }

    private Component component(String loinc, boolean absent) {
        return new Component(
                List.of(new Code(Terminology.LOINC, loinc)), absent ? new Answer.None() : quantity("mm[Hg]"), absent);
    }

    private Answer.Quantity quantity(String unit) {
        return new Answer.Quantity(
                Optional.of(BigDecimal.valueOf(random.nextInt(2000), random.nextInt(3))),
                Optional.of(unit),
                Optional.of(Terminology.UCUM),
                Optional.of(unit));
    }

    private Draft spoilt(Draft d) {
        return switch (random.nextInt(11)) {
            case 0 -> with(d, pick("registered", "preliminary", "amended", "finished", "FINAL"));
            case 1 -> withCategories(d, random.nextBoolean() ? List.of() : twice(d.categories()));
            case 2 ->
                withCategories(d, List.of(new Code(Terminology.CATEGORY, pick("laboratory", "survey", "vital-signs"))));
            case 3 -> withCodings(d, spoiltCodings(d.codings()));
            case 4 ->
                new Draft(
                        d.profile(),
                        d.status(),
                        d.categories(),
                        d.codings(),
                        false,
                        d.effective(),
                        d.answer(),
                        d.absent(),
                        d.components());
            case 5 -> withEffective(d, Effective.values()[random.nextInt(Effective.values().length)]);
            case 6, 7 -> withAnswer(d, spoilt(d.answer()), d.absent());
            case 8 -> withAnswer(d, d.answer(), !d.absent());
            case 9 -> withComponents(d, spoiltComponents(d.components()));
            default -> withProfile(d, PROFILES.get(random.nextInt(PROFILES.size())));
        };
    }

    private List<Code> spoiltCodings(List<Code> codings) {
        var spoilt = new ArrayList<>(codings);
        switch (random.nextInt(5)) {
            case 0 -> spoilt.add(new Code(Terminology.LOINC, LOINCS.get(random.nextInt(LOINCS.size()))));
            case 1 -> spoilt.set(0, new Code(Terminology.LOINC, LOINCS.get(random.nextInt(LOINCS.size()))));
            case 2 -> spoilt.set(0, new Code(Terminology.MDC, "149530"));
            case 3 -> spoilt.add(spoilt.getFirst());
            default -> spoilt.set(0, new Code(Terminology.MDC, spoilt.getFirst().code()));
        }
        return spoilt;
    }

    private Answer spoilt(Answer answer) {
        if (!(answer instanceof Answer.Quantity q)) {
            return switch (random.nextInt(3)) {
                case 0 -> new Answer.Text("about 80");
                case 1 -> new Answer.Sampled();
                default -> quantity(pick(OTHER_UNITS.toArray(String[]::new)));
            };
        }
        return switch (random.nextInt(9)) {
            case 0 -> new Answer.Quantity(Optional.empty(), q.unit(), q.system(), q.code());
            case 1 -> new Answer.Quantity(q.value(), Optional.empty(), q.system(), q.code());
            case 2 -> new Answer.Quantity(q.value(), q.unit(), Optional.empty(), q.code());
            case 3 -> new Answer.Quantity(q.value(), q.unit(), q.system(), Optional.empty());
            case 4 -> new Answer.Quantity(q.value(), q.unit(), Optional.of("urn:iso:std:iso:11073:10101"), q.code());
            case 5 -> new Answer.None();
            case 6 -> new Answer.Text("120");
            default -> quantity(pick(OTHER_UNITS.toArray(String[]::new)));
        };
    }

    private List<Component> spoiltComponents(List<Component> components) {
        var spoilt = new ArrayList<>(components);
        if (components.isEmpty()) {
            spoilt.add(component(pick("8480-6", "8867-4", "8310-5"), random.nextBoolean()));
            return spoilt;
        }
        int at = random.nextInt(components.size());
        Component chosen = components.get(at);
        switch (random.nextInt(5)) {
            case 0 -> spoilt.remove(at);
            case 1 -> spoilt.add(chosen);
            case 2 -> spoilt.set(at, new Component(chosen.codings(), spoilt(chosen.answer()), chosen.absent()));
            case 3 -> spoilt.set(at, new Component(chosen.codings(), chosen.answer(), !chosen.absent()));
            default -> spoilt.set(at, new Component(spoiltCodings(chosen.codings()), chosen.answer(), chosen.absent()));
        }
        return spoilt;
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static List<Code> twice(List<Code> codes) {
        var twice = new ArrayList<>(codes);
        twice.addAll(codes);
        return twice;
    }

    private static Draft with(Draft d, String status) {
        return new Draft(
                d.profile(),
                status,
                d.categories(),
                d.codings(),
                d.subject(),
                d.effective(),
                d.answer(),
                d.absent(),
                d.components());
    }

    private static Draft withProfile(Draft d, String profile) {
        return new Draft(
                profile.isEmpty() ? Optional.empty() : Optional.of(profile),
                d.status(),
                d.categories(),
                d.codings(),
                d.subject(),
                d.effective(),
                d.answer(),
                d.absent(),
                d.components());
    }

    private static Draft withCategories(Draft d, List<Code> categories) {
        return new Draft(
                d.profile(),
                d.status(),
                categories,
                d.codings(),
                d.subject(),
                d.effective(),
                d.answer(),
                d.absent(),
                d.components());
    }

    private static Draft withCodings(Draft d, List<Code> codings) {
        return new Draft(
                d.profile(),
                d.status(),
                d.categories(),
                codings,
                d.subject(),
                d.effective(),
                d.answer(),
                d.absent(),
                d.components());
    }

    private static Draft withEffective(Draft d, Effective effective) {
        return new Draft(
                d.profile(),
                d.status(),
                d.categories(),
                d.codings(),
                d.subject(),
                effective,
                d.answer(),
                d.absent(),
                d.components());
    }

    private static Draft withAnswer(Draft d, Answer answer, boolean absent) {
        return new Draft(
                d.profile(),
                d.status(),
                d.categories(),
                d.codings(),
                d.subject(),
                d.effective(),
                answer,
                absent,
                d.components());
    }

    private static Draft withComponents(Draft d, List<Component> components) {
        return new Draft(
                d.profile(),
                d.status(),
                d.categories(),
                d.codings(),
                d.subject(),
                d.effective(),
                d.answer(),
                d.absent(),
                components);
    }

    private static ObjectNode json(Draft draft) {
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("resourceType", "Observation");
        draft.profile()
                .ifPresent(profile -> json.putObject("meta").putArray("profile").add(Terminology.profileUrl(profile)));
        json.put("status", draft.status());
        if (!draft.categories().isEmpty()) {
            var categories = json.putArray("category");
            draft.categories()
                    .forEach(code ->
                            code(categories.addObject().putArray("coding").addObject(), code));
        }
        codings(json, draft.codings());
        if (draft.subject()) {
            json.putObject("subject").put("reference", "Patient/p1");
        }
        switch (draft.effective()) {
            case NONE -> {}
            case DATE_TIME -> json.put("effectiveDateTime", "2026-11-21T03:04:05.678901Z");
            case PERIOD -> json.putObject("effectivePeriod").put("start", "2026-11-21T03:04:05Z");
            case INSTANT -> json.put("effectiveInstant", "2026-11-21T03:04:05Z");
            case TIMING -> json.putObject("effectiveTiming").putArray("event").add("2026-11-21T03:04:05Z");
        }
        answer(json, draft.answer(), draft.absent());
        if (!draft.components().isEmpty()) {
            var components = json.putArray("component");
            for (Component component : draft.components()) {
                ObjectNode written = components.addObject();
                codings(written, component.codings());
                answer(written, component.answer(), component.absent());
            }
        }
        return json;
    }

    private static void codings(ObjectNode json, List<Code> codings) {
        var array = json.putObject("code").putArray("coding");
        codings.forEach(code -> code(array.addObject(), code));
    }

    private static void code(ObjectNode json, Code code) {
        json.put("system", code.system()).put("code", code.code());
    }

    private static void answer(ObjectNode json, Answer answer, boolean absent) {
        switch (answer) {
            case Answer.None none -> {}
            case Answer.Text text -> json.put("valueString", text.text());
            case Answer.Sampled sampled ->
                json.putObject("valueSampledData")
                        .put("period", 1000)
                        .put("dimensions", 1)
                        .put("data", "1 2 3")
                        .putObject("origin")
                        .put("value", 0);
            case Answer.Quantity quantity -> {
                ObjectNode written = json.putObject("valueQuantity");
                quantity.value().ifPresent(value -> written.put("value", value));
                quantity.unit().ifPresent(unit -> written.put("unit", unit));
                quantity.system().ifPresent(system -> written.put("system", system));
                quantity.code().ifPresent(code -> written.put("code", code));
            }
        }
        if (absent) {
            code(
                    json.putObject("dataAbsentReason").putArray("coding").addObject(),
                    new Code(Terminology.ABSENT, "error"));
        }
    }
}
