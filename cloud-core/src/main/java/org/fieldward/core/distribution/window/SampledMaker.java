package org.fieldward.core.distribution.window;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.fieldward.core.distribution.window.Window.Sample;
import org.fieldward.core.distribution.window.Window.Series;
import org.fieldward.core.fhir.terminology.Terminology;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.Coded;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.SampledData;

/**
 * Makes Observations with SampledData (https://hl7.org/fhir/R4/datatypes.html#SampledData) of windows: a point for each
 * slot, {@code E} where there is no number, {@code U} and {@code L} where the device said that it was beyond its range.
 * Thread-safe.
 */
public final class SampledMaker {

    private final WindowMaker maker;
    private final Set<Coded> wanted;

    /** @param wanted parameters, panels instead of their components */
    public SampledMaker(WindowMaker maker, Set<Coded> wanted) {
        this.maker = maker;
        this.wanted = Set.copyOf(wanted);
    }

    /** One for each parameter, also of a panel, and for each unit where they differ. */
    public List<Observation> samples(Window window) {
        var made = new ArrayList<Observation>();
        for (Map.Entry<Integer, Series> one : window.series().entrySet()) {
            Parameter parameter = Catalogue.standard().parameter(one.getKey());
            if (wanted.contains(Terminology.observed(parameter))) {
                for (Map.Entry<Unit, Spread> of : one.getValue().spreads().entrySet()) {
                    made.add(sampled(
                            window,
                            parameter,
                            one.getValue(),
                            of.getKey(),
                            of.getValue().count()));
                }
            }
        }
        return made;
    }

    private Observation sampled(Window window, Parameter parameter, Series series, Unit unit, long count) {
        int scale = 0;
        long shown = 0;
        for (Sample sample : series.samples().values()) {
            if (isNumber(sample, unit)) {
                scale = Math.max(scale, sample.scale());
                shown++;
            }
        }
        // No vital-signs profile allows SampledData, and what has a vital sign's LOINC code is held to its profile.
        boolean loinc = parameter.mdc().isEmpty();
        Observation observation =
                maker.observation(window, parameter, "sampled-" + window.every() + "-" + unit.ucum(), loinc);
        observation.setEffective(WindowMaker.span(window));
        var data = new SampledData();
        data.setOrigin(new Quantity()
                .setValue(BigDecimal.ZERO)
                .setUnit(unit.ucum())
                .setSystem(Terminology.UCUM)
                .setCode(unit.ucum()));
        data.setPeriod(BigDecimal.valueOf(window.every().toMillis()));
        data.setFactor(BigDecimal.ONE.movePointLeft(scale));
        data.setDimensions(1);
        data.setData(text(window, series, unit, scale));
        observation.setValue(data);
        observation.addComponent(new ObservationComponentComponent(WindowMaker.statistic(Statistic.COUNT))
                .setValue(new IntegerType((int) count)));
        observation.addComponent(new ObservationComponentComponent(WindowMaker.own("shown", "Numbers that are shown"))
                .setValue(new IntegerType((int) shown)));
        return observation;
    }

    private static boolean isNumber(Sample sample, Unit unit) {
        return sample.absent() == 0 && sample.unit() == unit.number();
    }

    private static String text(Window window, Series series, Unit unit, int scale) {
        int slots = window.slots();
        var text = new StringBuilder(slots * 4);
        for (int slot = 0; slot < slots; slot++) {
            text.append(slot == 0 ? "" : " ");
            Sample sample = series.samples().get(slot);
            if (sample == null) {
                text.append('E');
            } else if (isNumber(sample, unit)) {
                text.append(sample.number().setScale(scale).unscaledValue());
            } else {
                text.append(mark(sample));
            }
        }
        return text.toString();
    }

    private static char mark(Sample sample) {
        if (sample.absent() == AbsentReason.POSITIVE_INFINITY.number()) {
            return 'U';
        }
        return sample.absent() == AbsentReason.NEGATIVE_INFINITY.number() ? 'L' : 'E';
    }
}
