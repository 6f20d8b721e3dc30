package org.fieldward.core.distribution.window;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.fieldward.core.distribution.window.Window.Series;
import org.fieldward.core.fhir.FhirId;
import org.fieldward.core.fhir.terminology.Draft.Code;
import org.fieldward.core.fhir.terminology.Terminology;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Coded;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.InstantType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Type;

/**
 * Makes Observations of a window: its averages, valid against the vital-signs profiles, or its values as SampledData. What
 * was not measured has none. Thread-safe.
 */
public final class WindowMaker {

    /** What a component says of a window, where no standard code does: {@code coverage}, and statistics of a component. */
    public static final String CODES = "https://fieldward.org/fhir/CodeSystem/window";

    /** The span of time that a dateTime stands for. */
    public static final String SPAN = "https://fieldward.org/fhir/StructureDefinition/window";

    /** The system of names of windows: the same window has the same name whenever it is asked for. */
    public static final String IDENTIFIER = "https://fieldward.org/fhir/identifier/window";

    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

    private final Instant now;
    private final Set<Coded> wanted;

    /**
     * @param now when they are made
     * @param wanted parameters, panels instead of their components
     */
    public WindowMaker(Instant now, Set<Coded> wanted) {
        this.now = now;
        this.wanted = Set.copyOf(wanted);
    }

    /** One for each parameter or panel, and for each unit where they differ. */
    public List<Observation> summaries(Window window) {
        var made = new ArrayList<Observation>();
        for (Parameter parameter : Catalogue.standard().all()) {
            if (!wanted.contains(parameter)) {
                continue;
            }
            if (parameter.isPanel()) {
                panel(window, parameter, made);
            } else if (window.series().containsKey(parameter.number())) {
                single(window, parameter, window.series().get(parameter.number()), made);
            }
        }
        return made;
    }

    private void single(Window window, Parameter parameter, Series series, List<Observation> made) {
        if (series.spreads().isEmpty()) {
            Observation absent = summary(window, parameter, "");
            absent.setDataAbsentReason(reason(series));
            profile(absent, parameter, true);
            made.add(absent);
        }
        for (Map.Entry<Unit, Spread> one : series.spreads().entrySet()) {
            Unit unit = one.getKey();
            boolean usual = parameter.unit().filter(unit::equals).isPresent();
            Observation summary = summary(window, parameter, usual ? "" : "-" + unit.ucum());
            summary.setMethod(statistic(Statistic.AVERAGE));
            summary.setValue(quantity(one.getValue().average(), unit));
            summary.getComponent().addAll(statistics(window, series, one.getValue(), unit, ""));
            profile(summary, parameter, false);
            made.add(summary);
        }
    }

    private void panel(Window window, Parameter panel, List<Observation> made) {
        List<Parameter> components = Terminology.components(panel);
        if (components.stream().noneMatch(component -> window.series().containsKey(component.number()))) {
            return;
        }
        Observation summary = summary(window, panel, "");
        summary.setMethod(statistic(Statistic.AVERAGE));
        var statistics = new ArrayList<ObservationComponentComponent>();
        for (Parameter component : components) {
            Series series = window.series().get(component.number());
            if (series == null && !Terminology.isDemanded(component)) {
                continue;
            }
            var average = new ObservationComponentComponent(concept(component, true));
            summary.addComponent(average);
            if (series == null) {
                average.setDataAbsentReason(absent(AbsentReason.UNKNOWN));
            } else if (series.spreads().isEmpty()) {
                average.setDataAbsentReason(reason(series));
            } else {
                // Pressures have one unit.
                var one = series.spreads().entrySet().iterator().next();
                average.setValue(quantity(one.getValue().average(), one.getKey()));
                statistics.addAll(statistics(window, series, one.getValue(), one.getKey(), "-" + component.key()));
            }
        }
        summary.getComponent().addAll(statistics);
        profile(summary, panel, false);
        made.add(summary);
    }

    private static List<ObservationComponentComponent> statistics(
            Window window, Series series, Spread spread, Unit unit, String of) {
        BigDecimal coverage = BigDecimal.valueOf(series.covered())
                .multiply(HUNDRED)
                .divide(BigDecimal.valueOf(window.slots()), 2, RoundingMode.HALF_EVEN);
        return List.of(
                component(Statistic.MINIMUM, of, quantity(spread.minimum(), unit)),
                component(Statistic.MAXIMUM, of, quantity(spread.maximum(), unit)),
                component(Statistic.MEDIAN, of, quantity(spread.median(), unit)),
                component(Statistic.COUNT, of, new IntegerType((int) spread.count())),
                new ObservationComponentComponent(own("coverage" + of, "Part of the window that was measured"))
                        .setValue(quantity(coverage, Unit.PERCENT)));
    }

    /** Of a panel's component the plain code would not say of which. */
    private static ObservationComponentComponent component(Statistic statistic, String of, Type value) {
        CodeableConcept code = of.isEmpty()
                ? statistic(statistic)
                : own(statistic.code() + of, statistic.display() + of.replace('-', ' '));
        return new ObservationComponentComponent(code).setValue(value);
    }

    private Observation summary(Window window, Parameter parameter, String suffix) {
        Observation observation = observation(window, parameter, "average" + suffix, true);
        // R4's vital signs are refused with a Period by their own constraint vs-1.
        var begins = new DateTimeType(TIME.format(window.from()));
        begins.addExtension(new Extension(SPAN, span(window)));
        observation.setEffective(begins);
        observation
                .addNote()
                .setText("The average of what was measured from " + TIME.format(window.from()) + " until "
                        + TIME.format(window.until()) + ".");
        return observation;
    }

    Observation observation(Window window, Parameter parameter, String form, boolean loinc) {
        var observation = new Observation();
        observation.getMeta().setLastUpdated(Date.from(now));
        observation.addIdentifier().setSystem(IDENTIFIER).setValue(name(window, parameter, form));
        observation.setStatus(now.isBefore(window.until()) ? ObservationStatus.PRELIMINARY : ObservationStatus.FINAL);
        Code category = Terminology.category(parameter);
        observation.addCategory().addCoding().setSystem(category.system()).setCode(category.code());
        observation.setCode(concept(parameter, loinc));
        observation.setSubject(new Reference("Patient/" + window.patient()));
        observation.setDevice(new Reference("Device/" + FhirId.ofDevice(window.device())));
        observation.setIssuedElement(new InstantType(TIME.format(now)));
        return observation;
    }

    private static String name(Window window, Parameter parameter, String form) {
        return String.join(
                "-",
                window.device().name(),
                window.patient(),
                parameter.key(),
                TIME.format(window.from()),
                TIME.format(window.until()),
                form);
    }

    /** An address for a resource that has none of its own. */
    public static String address(Observation observation) {
        String name = observation.getIdentifierFirstRep().getValue();
        return "urn:uuid:" + UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
    }

    public static String time(Instant at) {
        return TIME.format(at);
    }

    static Period span(Window window) {
        return new Period()
                .setStartElement(new DateTimeType(TIME.format(window.from())))
                .setEndElement(new DateTimeType(TIME.format(window.until())));
    }

    private static void profile(Observation observation, Parameter parameter, boolean absent) {
        Terminology.profile(parameter, absent)
                .ifPresent(profile -> observation.getMeta().addProfile(Terminology.profileUrl(profile)));
    }

    static CodeableConcept concept(Coded parameter, boolean loinc) {
        var concept = new CodeableConcept();
        for (Code code : Terminology.codings(parameter)) {
            if (loinc || !code.system().equals(Terminology.LOINC)) {
                concept.addCoding().setSystem(code.system()).setCode(code.code());
            }
        }
        return concept.setText(parameter.name());
    }

    public static CodeableConcept statistic(Statistic statistic) {
        return new CodeableConcept()
                .addCoding(new Coding(Statistic.SYSTEM, statistic.code(), statistic.display()))
                .setText(statistic.display());
    }

    static CodeableConcept own(String code, String text) {
        return new CodeableConcept()
                .addCoding(new Coding().setSystem(CODES).setCode(code))
                .setText(text);
    }

    static Quantity quantity(BigDecimal number, Unit unit) {
        return new Quantity()
                .setValue(number)
                .setUnit(unit.ucum())
                .setSystem(Terminology.UCUM)
                .setCode(unit.ucum());
    }

    /** The reason that all of them gave, else that it is not known. */
    private static CodeableConcept reason(Series series) {
        return absent(
                series.absent().size() == 1
                        ? series.absent().keySet().iterator().next()
                        : AbsentReason.UNKNOWN);
    }

    private static CodeableConcept absent(AbsentReason reason) {
        var concept = new CodeableConcept();
        concept.addCoding().setSystem(Terminology.ABSENT).setCode(reason.code());
        return concept;
    }
}
