package org.fieldward.core.access;

import static org.fieldward.core.access.Role.ADMINISTRATOR;
import static org.fieldward.core.access.Role.AUDITOR;
import static org.fieldward.core.access.Role.CLINICIAN;
import static org.fieldward.core.access.Role.NURSE;
import static org.fieldward.core.access.Role.TECHNICIAN;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Which role may do what with which type of resource. What of it they may see is {@link Sight}'s. Pure. */
public final class Access {

    /**
     * Types that are treated alike.
     *
     * @param types empty: every type that no other group names
     */
    public record Group(String name, Set<String> types, Set<Role> reads, Set<Role> writes, Set<Role> deletes) {

        public Group {
            types = Set.copyOf(types);
            reads = Set.copyOf(reads);
            writes = Set.copyOf(writes);
            deletes = Set.copyOf(deletes);
        }

        /** Who may do it. */
        public Set<Role> roles(Interaction interaction) {
            return switch (interaction) {
                case READ, VREAD, HISTORY, SEARCH, OPERATION -> reads;
                case CREATE, UPDATE, PATCH -> writes;
                case DELETE -> deletes;
                case BATCH -> BATCHING;
                case CAPABILITIES -> ANY;
            };
        }
    }

    private static final Set<Role> ANY = EnumSet.allOf(Role.class);
    private static final Set<Role> BATCHING = EnumSet.complementOf(EnumSet.of(AUDITOR));
    private static final Set<Role> NOBODY = Set.of();
    private static final Set<Role> CARE = Set.of(CLINICIAN, NURSE, ADMINISTRATOR);
    private static final Set<Role> DECIDING = Set.of(CLINICIAN, ADMINISTRATOR);
    private static final Set<Role> KEEPING = Set.of(TECHNICIAN, ADMINISTRATOR);

    /** The last is for all the rest. */
    private static final List<Group> GROUPS = List.of(
            new Group("audit", Set.of("AuditEvent"), Set.of(AUDITOR, ADMINISTRATOR), NOBODY, NOBODY),
            new Group(
                    "devices",
                    Set.of("Device", "DeviceMetric", "DeviceDefinition"),
                    Set.of(CLINICIAN, NURSE, TECHNICIAN, ADMINISTRATOR),
                    KEEPING,
                    KEEPING),
            new Group(
                    "directory",
                    Set.of(
                            "Organization",
                            "OrganizationAffiliation",
                            "Location",
                            "Practitioner",
                            "PractitionerRole",
                            "HealthcareService",
                            "Endpoint"),
                    ANY,
                    Set.of(ADMINISTRATOR),
                    Set.of(ADMINISTRATOR)),
            new Group(
                    "definitions",
                    Set.of(
                            "StructureDefinition",
                            "ValueSet",
                            "CodeSystem",
                            "ConceptMap",
                            "NamingSystem",
                            "SearchParameter",
                            "OperationDefinition",
                            "CapabilityStatement",
                            "ImplementationGuide"),
                    ANY,
                    KEEPING,
                    KEEPING),
            new Group("subscriptions", Set.of("Subscription"), DECIDING, DECIDING, DECIDING),
            new Group(
                    "bedside",
                    Set.of(
                            "Observation",
                            "Encounter",
                            "Appointment",
                            "AppointmentResponse",
                            "Schedule",
                            "Slot",
                            "Communication",
                            "Flag",
                            "DetectedIssue",
                            "DeviceUseStatement",
                            "MedicationAdministration",
                            "QuestionnaireResponse"),
                    CARE,
                    CARE,
                    DECIDING),
            new Group("clinical", Set.of(), CARE, DECIDING, DECIDING));

    private Access() {}

    /** @param type of the resource; empty where the interaction is with the whole */
    public static boolean may(Caller caller, Interaction interaction, String type) {
        return caller.isAny(group(type).roles(interaction));
    }

    public static List<Group> groups() {
        return GROUPS;
    }

    public static Group group(String type) {
        for (Group group : GROUPS) {
            if (group.types().contains(type)) {
                return group;
            }
        }
        return GROUPS.getLast();
    }
}
