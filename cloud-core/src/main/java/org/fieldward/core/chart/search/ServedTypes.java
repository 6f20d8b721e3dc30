package org.fieldward.core.chart.search;

import java.util.List;

/** The types of resources that the chart keeps and finds. */
public final class ServedTypes {

    public static final List<String> ALL = List.of(
            "AllergyIntolerance",
            "Appointment",
            "AuditEvent",
            "Basic",
            "Binary",
            "Bundle",
            "Communication",
            "Condition",
            "Consent",
            "Device",
            "DeviceMetric",
            "DeviceUseStatement",
            "DiagnosticReport",
            "DocumentReference",
            "Encounter",
            "Endpoint",
            "Flag",
            "Group",
            "ImagingStudy",
            "List",
            "Location",
            "Medication",
            "MedicationRequest",
            "Observation",
            "Organization",
            "Patient",
            "Practitioner",
            "PractitionerRole",
            "Provenance",
            "Schedule",
            "ServiceRequest",
            "Slot",
            "Specimen",
            "Subscription",
            "Task");

    private ServedTypes() {}
}
