package org.fieldward.edge.decode.medtech.lint;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.mapping.MappingException;
import org.fieldward.edge.decode.medtech.ContentTemplate;
import org.fieldward.edge.decode.medtech.ContentTemplate.ValueRule;
import org.fieldward.edge.decode.medtech.DeviceMapping;
import org.fieldward.edge.decode.medtech.FhirMapping;
import org.fieldward.edge.decode.medtech.Part;
import org.fieldward.edge.decode.medtech.Slot;

/** Looks at mapping files, and at how they fit together where both are given. */
public final class Lint {

    private final Normaliser normaliser;

    public Lint(Normaliser normaliser) {
        this.normaliser = normaliser;
    }

    /** Whether it is a file for this, and not a mapping of our own. */
    public static boolean isMedtech(Part file) {
        return file.node().isObject() && file.member("templateType").isPresent();
    }

    /**
     * In the order of the files, what is wrong in both last.
     *
     * @throws MappingException if a file is no collection of templates
     */
    public List<Finding> of(List<Part> files) {
        var found = new ArrayList<Finding>();
        Optional<DeviceMapping> device = Optional.empty();
        Optional<FhirMapping> fhir = Optional.empty();
        for (Part file : files) {
            if (file.maybe("templateType").orElse("").toLowerCase(Locale.ROOT).startsWith("collectionfhir")) {
                FhirMapping mapping = FhirMapping.read(file, normaliser);
                mapping.faults().forEach(fault -> found.add(of(file, fault)));
                found.addAll(new FhirChecks(normaliser).of(mapping));
                fhir = Optional.of(mapping);
            } else {
                DeviceMapping mapping = DeviceMapping.read(file);
                mapping.faults().forEach(fault -> found.add(of(file, fault)));
                found.addAll(new DeviceChecks().of(mapping));
                device = Optional.of(mapping);
            }
        }
        if (device.isPresent() && fhir.isPresent()) {
            found.addAll(together(device.get(), fhir.get()));
        }
        return found;
    }

    private static Finding of(Part file, MappingException fault) {
        String text = String.valueOf(fault.getMessage());
        String said = text.startsWith(file.file() + ": ") ? text.substring((file.file() + ": ").length()) : text;
        return new Finding(Finding.Weight.WRONG, file.file(), "", said, List.of());
    }

    private static List<Finding> together(DeviceMapping device, FhirMapping fhir) {
        var found = new ArrayList<Finding>();
        for (ContentTemplate template : device.templates()) {
            Optional<FhirMapping.Template> other = fhir.of(template.typeName());
            if (other.isEmpty()) {
                found.add(Finding.wrong(
                        template.part(),
                        "gives the type '" + template.typeName() + "', for which the FHIR mapping has no template"));
                continue;
            }
            for (ValueRule rule : template.values()) {
                if (other.get().slots().stream().noneMatch(slot -> slot.name().equals(rule.name()))) {
                    found.add(unread(rule, other.get()));
                }
            }
        }
        for (FhirMapping.Template template : fhir.templates()) {
            List<ContentTemplate> givers = device.templates().stream()
                    .filter(one -> one.typeName().equalsIgnoreCase(template.typeName()))
                    .toList();
            if (givers.isEmpty()) {
                found.add(Finding.doubt(
                        template.part(),
                        "is for the type '" + template.typeName() + "', which no device template gives"));
                continue;
            }
            for (Slot slot : template.slots()) {
                if (givers.stream()
                        .flatMap(one -> one.values().stream())
                        .noneMatch(rule -> rule.name().equals(slot.name()))) {
                    found.add(Finding.wrong(
                            slot.value(),
                            "reads the valueName '" + slot.name() + "', which no device template of the type '"
                                    + template.typeName() + "' gives"));
                }
            }
        }
        return found;
    }

    private static Finding unread(ValueRule rule, FhirMapping.Template template) {
        String what = "gives the valueName '" + rule.name() + "', which the FHIR template of the type '"
                + template.typeName() + "' does not read";
        return rule.required()
                ? Finding.wrong(rule.part(), what + ", and it is required: messages are refused for want of it")
                : Finding.doubt(rule.part(), what);
    }
}
