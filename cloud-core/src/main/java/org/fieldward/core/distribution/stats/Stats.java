package org.fieldward.core.distribution.stats;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.observe.Json;
import org.fieldward.core.distribution.observe.Kept;
import org.fieldward.core.distribution.observe.Visibility;
import org.fieldward.core.distribution.search.SearchException;
import org.fieldward.core.distribution.window.Spread;
import org.fieldward.core.distribution.window.Statistic;
import org.fieldward.core.distribution.window.WindowMaker;
import org.fieldward.core.distribution.window.Windows;
import org.fieldward.core.fhir.terminology.Draft.Code;
import org.fieldward.core.fhir.terminology.Terminology;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.Readings;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Type;

/** Statistics of a patient's numbers, whoever measured them; what has different units is not put together. Thread-safe. */
public final class Stats {

    private final Readings readings;
    private final Kept stored;
    private final Visibility visibility;

    public Stats(Readings readings, Kept stored, Visibility visibility) {
        this.readings = readings;
        this.stored = stored;
        this.visibility = visibility;
    }

    /** What was measured under one code. */
    private static final class Measured {
        private final Map<String, Spread> byUnit = new TreeMap<>();
        private long absent;

        void add(String unit, long unscaled, int scale) {
            byUnit.computeIfAbsent(unit, unseen -> new Spread()).add(unscaled, scale);
        }
    }

    /** One for each code and unit, in the order of the codes; one without a unit where nothing was measured. */
    public List<Observation> of(StatsAsked asked, Sight sight) {
        var measured = new LinkedHashMap<Code, Measured>();
        asked.codes().forEach(code -> measured.put(code, new Measured()));
        measured(asked, sight, measured);
        stored(asked, sight, measured);
        var made = new ArrayList<Observation>();
        measured.forEach((code, numbers) -> {
            if (numbers.byUnit.isEmpty()) {
                made.add(make(asked, code, "", new Spread(), numbers.absent));
            }
            numbers.byUnit.forEach((unit, spread) -> made.add(make(asked, code, unit, spread, numbers.absent)));
        });
        return made;
    }

    private void measured(StatsAsked asked, Sight sight, Map<Code, Measured> measured) {
        var byParameter = new TreeMap<Integer, List<Measured>>();
        for (Parameter parameter : Catalogue.standard().all()) {
            List<Code> codings = Terminology.codings(parameter);
            measured.forEach((code, numbers) -> {
                if (!parameter.isPanel() && codings.contains(code)) {
                    byParameter
                            .computeIfAbsent(parameter.number(), unseen -> new ArrayList<>())
                            .add(numbers);
                }
            });
        }
        if (byParameter.isEmpty()) {
            return;
        }
        var query = new ReadingQuery(
                Optional.of(asked.patient()),
                Optional.empty(),
                Set.copyOf(byParameter.keySet().stream()
                        .map(Catalogue.standard()::parameter)
                        .toList()),
                Optional.of(asked.from()),
                Optional.of(asked.until()),
                false,
                Optional.empty(),
                1,
                visibility.scope(sight));
        if (readings.atMost(query) > Windows.MAX_READINGS) {
            throw new SearchException(
                    "period", "must be narrower: there are more than " + Windows.MAX_READINGS + " readings");
        }
        readings.scan(query, reading -> add(reading, byParameter));
    }

    private static void add(StoredReading reading, Map<Integer, List<Measured>> byParameter) {
        for (int i = 0; i < reading.getParameterCount(); i++) {
            for (Measured numbers : byParameter.getOrDefault(reading.getParameter(i), List.of())) {
                if (reading.getAbsent(i) == 0) {
                    numbers.add(Unit.of(reading.getUnit(i)).ucum(), reading.getUnscaled(i), reading.getScale(i));
                } else {
                    numbers.absent++;
                }
            }
        }
    }

    private void stored(StatsAsked asked, Sight sight, Map<Code, Measured> measured) {
        var codes = asked.codes().stream()
                .map(code -> code.system() + "|" + code.code())
                .toList();
        Map<String, List<String>> parameters = Map.of(
                "patient",
                List.of(asked.patient()),
                "combo-code",
                List.of(String.join(",", codes)),
                "status:not",
                List.of("entered-in-error", "cancelled"),
                "date",
                List.of("ge" + asked.from(), "lt" + asked.until()));
        for (Version version : LastN.all(stored, parameters, sight)) {
            Observation observation = Json.observation(version);
            measured.forEach((code, numbers) -> {
                if (is(observation.getCode(), code)) {
                    add(numbers, observation.hasValue() ? observation.getValue() : new Quantity());
                }
                for (ObservationComponentComponent component : observation.getComponent()) {
                    if (is(component.getCode(), code)) {
                        add(numbers, component.hasValue() ? component.getValue() : new Quantity());
                    }
                }
            });
        }
    }

    private static boolean is(CodeableConcept concept, Code code) {
        return concept.getCoding().stream()
                .anyMatch(coding ->
                        code.code().equals(coding.getCode()) && code.system().equals(coding.getSystem()));
    }

    private static void add(Measured numbers, Type value) {
        if (!(value instanceof Quantity quantity) || !quantity.hasValue() || quantity.hasComparator()) {
            numbers.absent++;
            return;
        }
        BigDecimal number = quantity.getValue();
        String unit = quantity.hasCode() ? quantity.getCode() : quantity.hasUnit() ? quantity.getUnit() : "1";
        if (number.precision() > 18) {
            numbers.absent++;
        } else {
            numbers.add(unit, number.unscaledValue().longValueExact(), number.scale());
        }
    }

    private static Observation make(StatsAsked asked, Code code, String unit, Spread spread, long absent) {
        var observation = new Observation();
        observation.setStatus(ObservationStatus.FINAL);
        observation.getCode().addCoding(new Coding().setSystem(code.system()).setCode(code.code()));
        observation.setSubject(new Reference("Patient/" + asked.patient()));
        observation.setEffective(
                new Period().setStartElement(time(asked.from())).setEndElement(time(asked.until())));
        for (Statistic statistic : asked.statistics()) {
            statistic
                    .of(spread, absent)
                    .ifPresent(number -> observation
                            .addComponent()
                            .setCode(WindowMaker.statistic(statistic))
                            .setValue(quantity(number, statistic.hasUnit() ? unit : "1")));
        }
        if (!observation.hasComponent()) {
            observation
                    .getDataAbsentReason()
                    .addCoding()
                    .setSystem(Terminology.ABSENT)
                    .setCode("unknown");
        }
        return observation;
    }

    private static Quantity quantity(BigDecimal number, String unit) {
        return new Quantity()
                .setValue(number)
                .setUnit(unit)
                .setSystem(Terminology.UCUM)
                .setCode(unit);
    }

    private static DateTimeType time(Instant at) {
        return new DateTimeType(WindowMaker.time(at));
    }
}
