package org.fieldward.core.chart.search;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Resource;

/**
 * All that a resource can be found by.
 *
 * @param all no two alike
 */
public record Entries(String type, List<Entry> all) {

    /** @param name under which the value is kept: a parameter's, with what a modifier looks at behind it */
    public record Entry(String name, Value value) {}

    public Entries {
        all = List.copyOf(all);
    }

    public static Entries of(Resource resource) {
        String type = resource.fhirType();
        var entries = new LinkedHashSet<Entry>();
        for (Parameters.Source source : Parameters.of(type).sources()) {
            if (source.name().equals("deceased") && resource instanceof Patient patient) {
                entries.add(new Entry(
                        "deceased", new Value.Token(Datatypes.BOOLEANS, Boolean.toString(deceased(patient)))));
                continue;
            }
            // Both stand in columns of their own.
            if (source.name().equals("_id") || source.name().equals("_lastUpdated")) {
                continue;
            }
            for (Path path : source.paths()) {
                for (Base element : path.in(resource)) {
                    add(source, element, entries);
                }
            }
        }
        return new Entries(type, new ArrayList<>(entries));
    }

    private static boolean deceased(Patient patient) {
        return patient.hasDeceased() && !(patient.getDeceased() instanceof BooleanType said && !said.booleanValue());
    }

    private static void add(Parameters.Source source, Base element, Set<Entry> entries) {
        if (source.pair().isPresent()) {
            pairs(source.pair().get(), element).forEach(pair -> entries.add(new Entry(source.name(), pair)));
            return;
        }
        Datatypes.values(source.kind(), element).forEach(value -> entries.add(new Entry(source.name(), value)));
        switch (source.kind()) {
            case TOKEN -> {
                Datatypes.texts(element).forEach(text -> entries.add(new Entry(source.name() + ":text", text)));
                Datatypes.ofType(element).forEach(token -> entries.add(new Entry(source.name() + ":of-type", token)));
            }
            case REFERENCE ->
                Datatypes.identifiers(element)
                        .forEach(token -> entries.add(new Entry(source.name() + ":identifier", token)));
            case DATE, STRING, QUANTITY, NUMBER, URI, COMPOSITE -> {}
        }
    }

    private static List<Value> pairs(Parameters.Halves halves, Base element) {
        var pairs = new ArrayList<Value>();
        List<Value> seconds = values(halves.second(), element);
        for (Value first : seconds.isEmpty() ? List.<Value>of() : values(halves.first(), element)) {
            for (Value second : seconds) {
                pairs.add(new Value.Pair(first, second));
            }
        }
        return pairs;
    }

    private static List<Value> values(Parameters.Half half, Base element) {
        var values = new ArrayList<Value>();
        for (Path path : half.paths()) {
            for (Base found : path.in(element)) {
                values.addAll(Datatypes.values(half.kind(), found));
            }
        }
        return values;
    }

    /** The patients in whose compartments it is (https://hl7.org/fhir/R4/compartmentdefinition-patient.html). */
    public Set<String> patients(String id) {
        var patients = new TreeSet<String>();
        if (type.equals("Patient")) {
            patients.add(id);
        }
        Set<String> names = Parameters.of(type).inCompartment("Patient");
        for (Entry entry : names.isEmpty() ? List.<Entry>of() : all) {
            if (names.contains(entry.name())
                    && entry.value() instanceof Value.Reference reference
                    && reference.type().equals("Patient")) {
                patients.add(reference.id());
            }
        }
        return patients;
    }
}
