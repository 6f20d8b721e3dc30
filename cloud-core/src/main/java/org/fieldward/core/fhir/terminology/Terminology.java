package org.fieldward.core.fhir.terminology;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.fhir.terminology.Draft.Code;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Coded;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.WaveformKind;

/** The names of things in FHIR: code systems, profiles, and how a parameter of the catalogue is coded. */
public final class Terminology {

    public static final String LOINC = "http://loinc.org";
    public static final String MDC = "urn:iso:std:iso:11073:10101";
    public static final String UCUM = "http://unitsofmeasure.org";
    public static final String CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category";
    public static final String ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason";
    public static final String VITAL_SIGNS = "vital-signs";
    public static final String LABORATORY = "laboratory";
    public static final String PROCEDURE = "procedure";

    private static final String PROFILE = "http://hl7.org/fhir/StructureDefinition/";

    private Terminology() {}

    /**
     * The R4 profile's short name, e.g. {@code heartrate}; empty for what is no vital sign.
     *
     * @param absent the Observation says why there is no value
     */
    public static Optional<String> profile(Parameter observed, boolean absent) {
        return switch (observed.profile()) {
            case LABORATORY -> Optional.empty();
            // Alone of its kind, R4's bmi demands a Quantity: without one only the base profile can be met.
            case VitalSignRules.BMI -> Optional.of(absent ? VitalSignRules.BASE : VitalSignRules.BMI);
            default -> Optional.of(observed.profile());
        };
    }

    /** The canonical URL of a profile, by its short name. */
    public static String profileUrl(String profile) {
        return PROFILE + profile;
    }

    /** A waveform is no vital sign by R4's profiles: it is what a procedure, the monitoring, yields. */
    public static Code category(Coded observed) {
        return new Code(
                CATEGORY,
                switch (observed) {
                    case Parameter parameter -> parameter.profile().equals(LABORATORY) ? LABORATORY : VITAL_SIGNS;
                    case WaveformKind kind -> PROCEDURE;
                });
    }

    /** LOINC first, the one the profile demands before the others, then the 11073 nomenclature. */
    public static List<Code> codings(Coded observed) {
        var codings = new ArrayList<Code>();
        switch (observed) {
            case Parameter parameter -> {
                codings.add(new Code(LOINC, parameter.loinc()));
                parameter.loincAlso().forEach(code -> codings.add(new Code(LOINC, code)));
            }
            case WaveformKind kind -> kind.loinc().ifPresent(code -> codings.add(new Code(LOINC, code)));
        }
        observed.mdc().ifPresent(code -> codings.add(new Code(MDC, code.toString())));
        return List.copyOf(codings);
    }

    /** The panel whose Observation carries this parameter as a component, else the parameter itself. */
    public static Parameter observed(Parameter parameter) {
        return parameter.panel().map(Catalogue.standard()::key).orElse(parameter);
    }

    /** What can be a component of this panel, in the order of the catalogue. */
    public static List<Parameter> components(Parameter panel) {
        return Catalogue.standard().all().stream()
                .filter(parameter -> parameter.panel().equals(Optional.of(panel.key())))
                .toList();
    }

    /** Whether the blood pressure profile demands this component, be it with a reason why there is no number. */
    public static boolean isDemanded(Parameter component) {
        return component.loinc().equals(VitalSignRules.SYSTOLIC)
                || component.loinc().equals(VitalSignRules.DIASTOLIC);
    }
}
