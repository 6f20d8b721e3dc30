package org.fieldward.edge.decode.medtech;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.proto.reading.Parameter;

/**
 * A code of a FHIR mapping file.
 *
 * @param system empty where the file names none
 * @param display what the author thought that it means
 */
public record Coding(Part part, String system, String code, String display) {

    private static final String LOINC_FORM = "[0-9]{1,7}-[0-9]";

    /** Phrases of displays, the more telling before those that they contain; an empty key is something that we do not know. */
    private static final List<Map.Entry<String, String>> PHRASES = List.of(
            Map.entry("variability", ""),
            Map.entry("resting heart", ""),
            Map.entry("panel", ""),
            Map.entry("diastolic", "diastolic"),
            Map.entry("systolic", "systolic"),
            Map.entry("mean arterial", "mean-arterial-pressure"),
            Map.entry("mean blood pressure", "mean-arterial-pressure"),
            Map.entry("heart rate", "heart-rate"),
            Map.entry("pulse rate", "pulse-rate"),
            Map.entry("respiratory rate", "respiratory-rate"),
            Map.entry("breathing rate", "respiratory-rate"),
            Map.entry("oxygen saturation", "spo2"),
            Map.entry("spo2", "spo2"),
            Map.entry("body temperature", "temperature"),
            Map.entry("body weight", "weight"),
            Map.entry("body height", "height"),
            Map.entry("body mass index", "bmi"),
            Map.entry("head circumference", "head-circumference"),
            Map.entry("occipital", "head-circumference"),
            Map.entry("central venous", "cvp"),
            Map.entry("intracranial", "icp"),
            Map.entry("inspired oxygen", "fio2"),
            Map.entry("glucose", "glucose"),
            Map.entry("number of steps", ""));

    static List<Coding> of(Part owner) {
        return owner.elements("codes").stream()
                .map(part -> new Coding(
                        part,
                        part.maybe("system").orElse(""),
                        part.maybe("code").orElse(""),
                        part.maybe("display").orElse("")))
                .toList();
    }

    private boolean isLoinc() {
        return system.toLowerCase(Locale.ROOT).contains("loinc.org") || (system.isEmpty() && code.matches(LOINC_FORM));
    }

    private boolean isMdc() {
        return system.contains("11073");
    }

    /** What the code means, if the catalogue knows it. */
    public Optional<Parameter> parameter(Normaliser normaliser) {
        return isLoinc() || isMdc() ? normaliser.find(code) : Optional.empty();
    }

    /** Whether it is LOINC and means exactly this. */
    static boolean isOf(Parameter parameter, String loinc) {
        return parameter.loinc().equals(loinc) || parameter.loincAlso().contains(loinc);
    }

    /** What the display says that it is, as far as we understand it; empty within for something that we do not know. */
    public Optional<Optional<Parameter>> meant(Normaliser normaliser) {
        String words = display.toLowerCase(Locale.ROOT);
        return PHRASES.stream()
                .filter(phrase -> words.contains(phrase.getKey()))
                .findFirst()
                .map(phrase -> normaliser.find(phrase.getValue()));
    }

    /** Whether the display speaks of something else than the code does. */
    public boolean contradictsItself(Normaliser normaliser) {
        Optional<Parameter> parameter = parameter(normaliser).filter(known -> !known.isPanel());
        Optional<Optional<Parameter>> meant = meant(normaliser);
        return parameter.isPresent()
                && meant.isPresent()
                && meant.get()
                        .filter(other -> other.loinc().equals(parameter.get().loinc()))
                        .isEmpty();
    }

    /** The most telling code of them that the catalogue knows: those of 11073 say more than LOINC's. */
    static Optional<Coding> best(List<Coding> codes, Normaliser normaliser) {
        return codes.stream()
                .filter(Coding::isMdc)
                .filter(coding -> coding.parameter(normaliser).isPresent())
                .findFirst()
                .or(() -> codes.stream()
                        .filter(coding -> coding.parameter(normaliser).isPresent())
                        .findFirst());
    }

    /** Keys of the parameters that the codes mean, those of one LOINC code counted once; more than one is a contradiction. */
    static Set<String> meanings(List<Coding> codes, Normaliser normaliser) {
        var byLoinc = new TreeMap<String, String>();
        codes.forEach(coding -> coding.parameter(normaliser)
                .ifPresent(parameter -> byLoinc.putIfAbsent(parameter.loinc(), parameter.key())));
        return new LinkedHashSet<>(byLoinc.values());
    }

    @Override
    public String toString() {
        return code + (display.isEmpty() ? "" : " (" + display + ")");
    }
}
