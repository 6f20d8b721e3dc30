package org.fieldward.core.webhook.wording;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Names of code systems and units as messages write them, and the addresses and codes that FHIR has for them. */
public final class Codes {

    public static final String V2 = "http://terminology.hl7.org/CodeSystem/v2-";
    public static final String V3 = "http://terminology.hl7.org/CodeSystem/v3-";
    public static final String UCUM = "http://unitsofmeasure.org";
    private static final Pattern OID = Pattern.compile("[0-2](\\.(0|[1-9][0-9]*)){2,}");
    private static final Pattern UUID = Pattern.compile("[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}");
    private static final Pattern TABLE = Pattern.compile("HL7-?([0-9]{4})");

    /** HL7 table 0396. */
    private static final Map<String, String> SYSTEMS = Map.ofEntries(
            Map.entry("LN", "http://loinc.org"),
            Map.entry("LOINC", "http://loinc.org"),
            Map.entry("SCT", "http://snomed.info/sct"),
            Map.entry("SNOMED", "http://snomed.info/sct"),
            Map.entry("SNM", "http://snomed.info/sct"),
            Map.entry("I9", "http://hl7.org/fhir/sid/icd-9-cm"),
            Map.entry("I9C", "http://hl7.org/fhir/sid/icd-9-cm"),
            Map.entry("I10", "http://hl7.org/fhir/sid/icd-10"),
            Map.entry("I10C", "http://hl7.org/fhir/sid/icd-10-cm"),
            Map.entry("C4", "http://www.ama-assn.org/go/cpt"),
            Map.entry("CPT4", "http://www.ama-assn.org/go/cpt"),
            Map.entry("RXNORM", "http://www.nlm.nih.gov/research/umls/rxnorm"),
            Map.entry("NDC", "http://hl7.org/fhir/sid/ndc"),
            Map.entry("ATC", "http://www.whocc.no/atc"),
            Map.entry("CVX", "http://hl7.org/fhir/sid/cvx"),
            Map.entry("MVX", "http://terminology.hl7.org/CodeSystem/MVX"),
            Map.entry("UCUM", UCUM),
            Map.entry("DCM", "http://dicom.nema.org/resources/ontology/DCM"),
            Map.entry("MDC", "urn:iso:std:iso:11073:10101"),
            Map.entry("NCIT", "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"),
            Map.entry("CDCREC", "urn:oid:2.16.840.1.113883.6.238"),
            Map.entry("ISO3166_1", "urn:iso:std:iso:3166"));

    /** What laboratories write instead of UCUM. */
    private static final Map<String, String> UNITS = Map.ofEntries(
            Map.entry("%", "%"),
            Map.entry("beats/min", "/min"),
            Map.entry("bpm", "/min"),
            Map.entry("breaths/min", "/min"),
            Map.entry("mmhg", "mm[Hg]"),
            Map.entry("mm[hg]", "mm[Hg]"),
            Map.entry("giga.l-1", "10*9/L"),
            Map.entry("tera.l-1", "10*12/L"),
            Map.entry("10*9/l", "10*9/L"),
            Map.entry("10*3/ul", "10*3/uL"),
            Map.entry("10*6/ul", "10*6/uL"),
            Map.entry("mg/dl", "mg/dL"),
            Map.entry("g/dl", "g/dL"),
            Map.entry("g/l", "g/L"),
            Map.entry("mmol/l", "mmol/L"),
            Map.entry("umol/l", "umol/L"),
            Map.entry("meq/l", "meq/L"),
            Map.entry("ng/ml", "ng/mL"),
            Map.entry("u/l", "U/L"),
            Map.entry("cel", "Cel"),
            Map.entry("degc", "Cel"),
            Map.entry("kg", "kg"),
            Map.entry("g", "g"),
            Map.entry("mg", "mg"),
            Map.entry("ml", "mL"),
            Map.entry("l", "L"),
            Map.entry("cm", "cm"),
            Map.entry("mg/hr", "mg/h"),
            Map.entry("ml/hr", "mL/h"),
            Map.entry("s", "s"),
            Map.entry("min", "min"),
            Map.entry("h", "h"),
            Map.entry("hr", "h"));

    private Codes() {}

    /** The address of a code system that a message names; empty where it names none. */
    public static Optional<String> system(String name, String facility) {
        if (name.isEmpty()) {
            return Optional.empty();
        }
        String upper = name.toUpperCase(Locale.ROOT);
        String known = SYSTEMS.get(upper);
        if (known != null) {
            return Optional.of(known);
        }
        var table = TABLE.matcher(upper);
        if (table.matches()) {
            return Optional.of(V2 + table.group(1));
        }
        return Optional.of(address(name, "").orElse(local(facility, "code", name)));
    }

    /** An identifier of anything that has an address of its own. */
    public static Optional<String> address(String id, String type) {
        if (id.startsWith("http://") || id.startsWith("https://") || id.startsWith("urn:")) {
            return id.chars().anyMatch(c -> c <= ' ') ? Optional.empty() : Optional.of(id);
        }
        if (OID.matcher(id).matches()) {
            return Optional.of("urn:oid:" + id);
        }
        boolean unique = UUID.matcher(id).matches();
        return unique ? Optional.of("urn:uuid:" + id.toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    /** The address of something that has a name within the facility only. */
    public static String local(String facility, String what, String name) {
        return "urn:fieldward:" + escaped(facility) + ":" + what + (name.isEmpty() ? "" : ":" + escaped(name));
    }

    private static String escaped(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The unit's UCUM code, where it is certain. */
    public static Optional<String> ucum(String unit) {
        return Optional.ofNullable(UNITS.get(unit.toLowerCase(Locale.ROOT)));
    }

    /** One code for another; the second where there is none. */
    public static String pick(String code, String fallback, String... pairs) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(code)) {
                return pairs[i + 1];
            }
        }
        return fallback;
    }
}
