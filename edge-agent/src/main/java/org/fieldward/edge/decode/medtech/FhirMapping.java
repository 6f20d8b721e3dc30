package org.fieldward.edge.decode.medtech;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.mapping.MappingException;

/**
 * A FHIR mapping file: {@code CollectionFhir}.
 *
 * @param faults of templates that cannot be used, in the order of the file
 */
public record FhirMapping(Part file, List<Template> templates, List<MappingException> faults) {

    /**
     * What values of one type become.
     *
     * @param part the container
     * @param codes of the whole Observation
     * @param slots its value and its components
     */
    public record Template(Part part, String typeName, List<Coding> codes, List<Slot> slots) {
        public Template {
            codes = List.copyOf(codes);
            slots = List.copyOf(slots);
        }
    }

    public FhirMapping {
        templates = List.copyOf(templates);
        faults = List.copyOf(faults);
    }

    /** @throws MappingException if it is no collection at all */
    public static FhirMapping read(Part file, Normaliser normaliser) {
        var templates = new TreeMap<String, Template>();
        var inOrder = new ArrayList<Template>();
        var faults = new ArrayList<MappingException>();
        for (Part container : file.collection("CollectionFhir")) {
            try {
                Template template = template(container, normaliser);
                if (templates.put(key(template.typeName), template) != null) {
                    throw container
                            .needs("template")
                            .needs("typeName")
                            .bad("must be given once in the file, '" + template.typeName + "' came twice");
                }
                inOrder.add(template);
            } catch (MappingException e) {
                faults.add(e);
            }
        }
        return new FhirMapping(file, inOrder, faults);
    }

    private static Template template(Part container, Normaliser normaliser) {
        String type = container.text("templateType");
        if (!Part.isType(type, "CodeValueFhir")) {
            throw container.needs("templateType").bad("must be CodeValueFhir, was '" + type + "'");
        }
        Part part = container.needs("template");
        List<Coding> codes = Coding.of(part);
        var slots = new ArrayList<Slot>();
        part.member("value").ifPresent(value -> slots.add(Slot.read(value, codes, normaliser)));
        for (Part component : part.elements("components")) {
            slots.add(Slot.read(component.needs("value"), Coding.of(component), normaliser));
        }
        return new Template(container, part.text("typeName"), codes, slots);
    }

    private static String key(String typeName) {
        return typeName.toLowerCase(Locale.ROOT);
    }

    /** By the name in any case, as a device template writes it. */
    Map<String, Template> byType() {
        var byType = new TreeMap<String, Template>();
        templates.forEach(template -> byType.put(key(template.typeName), template));
        return Map.copyOf(byType);
    }

    public Optional<Template> of(String typeName) {
        return templates.stream()
                .filter(template -> template.typeName.equalsIgnoreCase(typeName))
                .findFirst();
    }
}
