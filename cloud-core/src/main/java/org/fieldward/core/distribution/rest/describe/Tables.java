package org.fieldward.core.distribution.rest.describe;

import static org.fieldward.core.access.Interaction.CREATE;
import static org.fieldward.core.access.Interaction.DELETE;
import static org.fieldward.core.access.Interaction.HISTORY;
import static org.fieldward.core.access.Interaction.PATCH;
import static org.fieldward.core.access.Interaction.READ;
import static org.fieldward.core.access.Interaction.SEARCH;
import static org.fieldward.core.access.Interaction.UPDATE;
import static org.fieldward.core.access.Interaction.VREAD;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Access;
import org.fieldward.core.access.Caller;
import org.fieldward.core.access.Interaction;
import org.fieldward.core.access.Role;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.search.Parameters;
import org.fieldward.core.chart.search.ServedTypes;
import org.fieldward.core.distribution.rest.describe.Served.Operation;
import org.fieldward.core.distribution.rest.describe.Served.Parameter;
import org.fieldward.core.distribution.rest.door.Deed;
import org.fieldward.core.distribution.search.Searchable;

/** Puts together what is served of each type, out of the tables that requests are answered by. */
public final class Tables {

    private static final List<Interaction> STORED =
            List.of(READ, VREAD, UPDATE, PATCH, DELETE, HISTORY, CREATE, SEARCH);

    private static final List<Operation> OF_READINGS = List.of(
            new Operation("$gaps", "https://fieldward.org/fhir/OperationDefinition/observation-gaps", true, false),
            new Operation("$window", "https://fieldward.org/fhir/OperationDefinition/observation-window", true, false),
            new Operation("$lastn", "http://hl7.org/fhir/OperationDefinition/Observation-lastn", true, false),
            new Operation("$stats", "http://hl7.org/fhir/OperationDefinition/Observation-stats", true, false));

    private static final List<Parameter> AUDITED = List.of(
            new Parameter("date", "date", "when it was done"),
            new Parameter("patient", "reference", "whose data"),
            new Parameter("altid", "token", "the name that whoever did it signs in with"));

    private Tables() {}

    /**
     * By name of type.
     *
     * @param operations of one type, or of every type
     */
    public static List<Served> all(List<Deed> operations) {
        var all = new ArrayList<Served>();
        for (String type : ServedTypes.ALL) {
            boolean made = type.equals("DeviceMetric");
            List<Interaction> interactions = made || type.equals("AuditEvent")
                    ? List.of(READ, SEARCH)
                    : STORED.stream()
                            .filter(interaction -> anybody(interaction, type))
                            .toList();
            all.add(new Served(
                    type,
                    interactions,
                    interactions.contains(CREATE),
                    parameters(type),
                    operations(operations, type, made)));
        }
        all.sort(Comparator.comparing(Served::type));
        return List.copyOf(all);
    }

    /** What no role may do, nobody can. */
    private static boolean anybody(Interaction interaction, String type) {
        for (Role role : Role.values()) {
            if (Access.may(new Caller("", "", Set.of(role), Sight.EVERYTHING), interaction, type)) {
                return true;
            }
        }
        return false;
    }

    private static List<Parameter> parameters(String type) {
        Map<String, Parameter> all = new LinkedHashMap<>();
        Optional<Searchable> made = List.of(Searchable.values()).stream()
                .filter(one -> one.type().equals(type))
                .filter(one -> type.equals("Observation") || type.equals("DeviceMetric"))
                .findFirst();
        made.ifPresent(one -> one.parameters()
                .forEach(parameter -> all.put(
                        parameter.name(),
                        new Parameter(
                                parameter.name(),
                                parameter.kind().name().toLowerCase(Locale.ROOT),
                                parameter.meaning()))));
        if (type.equals("AuditEvent")) {
            return AUDITED;
        }
        if (made.isEmpty()) {
            Parameters.of(type)
                    .all()
                    .forEach((name, parameter) -> all.put(
                            name, new Parameter(name, parameter.kind().name().toLowerCase(Locale.ROOT), "")));
        }
        return List.copyOf(all.values());
    }

    private static List<Operation> operations(List<Deed> operations, String type, boolean made) {
        var all = new ArrayList<Operation>();
        if (type.equals("Observation")) {
            all.addAll(OF_READINGS);
        }
        for (Deed operation : operations) {
            boolean ours = operation.types().contains(type)
                    || operation.types().contains("*") && !made && !type.equals("AuditEvent");
            if (ours) {
                all.add(new Operation(
                        operation.name(), operation.definition(), operation.onType(), operation.onInstance()));
            }
        }
        return all;
    }
}
