package org.fieldward.edge.decode.medtech.lint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.medtech.Coding;
import org.fieldward.edge.decode.medtech.FhirMapping;
import org.fieldward.edge.decode.medtech.Slot;
import org.fieldward.edge.decode.medtech.Slot.Meaning;
import org.fieldward.edge.decode.medtech.Slot.Type;
import org.fieldward.edge.decode.medtech.UnitWords;
import org.fieldward.edge.decode.medtech.lint.Finding.Mend;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;

/** What can be seen in a FHIR mapping file alone: codes, displays, units, periods. */
final class FhirChecks {

    private static final String UCUM = "http://unitsofmeasure.org";
    private static final Set<String> PERIODS =
            Set.of("-1", "0", "60", "1440", "CorrelationId", "Single", "Hourly", "Daily");

    private final Normaliser normaliser;
    private final List<Finding> found = new ArrayList<>();

    FhirChecks(Normaliser normaliser) {
        this.normaliser = normaliser;
    }

    List<Finding> of(FhirMapping mapping) {
        mapping.templates().forEach(this::template);
        return found;
    }

    private void template(FhirMapping.Template template) {
        if (template.slots().isEmpty()) {
            found.add(Finding.wrong(template.part(), "must have a value or components, had none"));
        }
        template.part()
                .member("template")
                .flatMap(part -> part.maybe("periodInterval"))
                .filter(period -> PERIODS.stream().noneMatch(period::equalsIgnoreCase))
                .ifPresent(period -> found.add(Finding.doubt(
                        template.part(), "has the periodInterval " + period + "; it is -1, 0, 60 or 1440")));
        template.codes().forEach(this::loinc);
        var seen = new HashMap<String, Coding>();
        for (Slot slot : template.slots()) {
            boolean component =
                    slot.codes() != template.codes() && !slot.codes().equals(template.codes());
            if (component) {
                slot.codes().forEach(this::loinc);
                slot.codes().forEach(coding -> twice(coding, seen));
            }
            slot(slot, template);
        }
    }

    private void twice(Coding coding, Map<String, Coding> seen) {
        Coding before = seen.putIfAbsent(coding.system() + "|" + coding.code(), coding);
        if (before != null) {
            found.add(Finding.wrong(
                    coding.part(),
                    "has the code " + coding + " that another component has, "
                            + before.part().pointer()));
        }
    }

    /** LOINC's last digit is made of those before it (Luhn). */
    private void loinc(Coding coding) {
        if (!coding.system().contains("loinc.org")) {
            return;
        }
        if (!coding.code().matches("[0-9]{1,7}-[0-9]") || !isLuhn(coding.code().replace("-", ""))) {
            found.add(Finding.wrong(
                    coding.part(), "has " + coding + ", which is no LOINC code: its check digit is wrong"));
        }
    }

    private static boolean isLuhn(String digits) {
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            int weighted = i % 2 == 1 ? 2 * digit : digit;
            sum += weighted > 9 ? weighted - 9 : weighted;
        }
        return sum % 10 == 0;
    }

    private void slot(Slot slot, FhirMapping.Template template) {
        if (slot.type() == Type.SAMPLED_DATA
                && slot.value()
                        .maybe("defaultPeriod")
                        .filter(period -> period.matches("0*[1-9][0-9.]*"))
                        .isEmpty()) {
            found.add(Finding.wrong(
                    slot.value(), slot.name() + " is SampledData and must have a defaultPeriod above 0 milliseconds"));
        }
        List<Coding> doubtful = slot.codes().stream()
                .filter(coding -> coding.contradictsItself(normaliser))
                .toList();
        doubtful.forEach(coding -> found.add(contradiction(coding, template)));
        // Where the code is mended, its unit is judged as that of what is meant.
        doubtful.stream()
                .flatMap(coding -> coding.meant(normaliser).stream())
                .flatMap(Optional::stream)
                .findFirst()
                .filter(meant -> slot.type().isNumber() && !slot.unit().isEmpty())
                .ifPresent(meant -> word(slot, meant));
        if (!slot.type().isNumber()) {
            found.add(Finding.doubt(slot.value(), unusable(slot)));
        } else if (doubtful.isEmpty()) {
            unit(slot);
        }
    }

    private static String unusable(Slot slot) {
        return slot.meaning() instanceof Meaning.Unusable unusable
                ? unusable.why() + ": messages with it stay in quarantine"
                : "";
    }

    private Finding contradiction(Coding coding, FhirMapping.Template template) {
        Parameter parameter = coding.parameter(normaliser).orElseThrow();
        Optional<Parameter> meant = coding.meant(normaliser).orElseThrow();
        String what = "has the code " + coding.code() + ", which is " + parameter.name() + ", and the display '"
                + coding.display() + "'";
        boolean taken = meant.isEmpty()
                || template.slots().stream()
                        .flatMap(slot -> slot.codes().stream())
                        .anyMatch(other -> other.code().equals(meant.get().loinc()));
        return taken
                ? Finding.wrong(coding.part(), what)
                : Finding.wrong(
                        coding.part(),
                        what + ", whose code is " + meant.get().loinc(),
                        new Mend(
                                coding.part().pointer(),
                                "code",
                                TextNode.valueOf(meant.get().loinc())));
    }

    private void unit(Slot slot) {
        Optional<Parameter> parameter = slot.codes().stream()
                .flatMap(coding -> coding.parameter(normaliser).stream())
                .filter(known -> !known.isPanel())
                .findFirst();
        if (slot.meaning() instanceof Meaning.Unusable) {
            String what = unusable(slot);
            found.add(parameter.isPresent() ? Finding.wrong(slot.value(), what) : Finding.doubt(slot.value(), what));
            return;
        }
        word(slot, parameter.orElseThrow());
    }

    /** Of a unit that can be used, whether it is written as UCUM. */
    private void word(Slot slot, Parameter known) {
        if (slot.unit().isEmpty()) {
            String own = known.unit().map(Unit::ucum).orElse("");
            found.add(
                    Finding.doubt(slot.value(), slot.name() + " has no unit, " + own + " is meant", inUcum(slot, own)));
            return;
        }
        UnitWords.of(slot.unit(), known).ifPresent(meant -> {
            String ucum = meant.unit().ucum();
            if (meant.factor().signum() > 0 && meant.factor().compareTo(BigDecimal.ONE) != 0) {
                found.add(Finding.doubt(
                        slot.value(),
                        slot.name() + " is in '" + slot.unit() + "' and is converted to " + ucum + ", times "
                                + meant.factor().toPlainString()));
            } else if (!slot.unit().equals(ucum)) {
                found.add(Finding.doubt(
                        slot.value(),
                        slot.name() + " has the unit '" + slot.unit() + "', which in UCUM is " + ucum,
                        inUcum(slot, ucum)));
            }
        });
    }

    /** A Quantity says its unit twice, and the code is the one that machines read. */
    private static Mend[] inUcum(Slot slot, String ucum) {
        JsonNode unit = TextNode.valueOf(ucum);
        String pointer = slot.value().pointer();
        return slot.type() == Type.QUANTITY
                ? new Mend[] {new Mend(pointer, "code", unit), new Mend(pointer, "system", TextNode.valueOf(UCUM))}
                : new Mend[] {new Mend(pointer, "unit", unit)};
    }
}
