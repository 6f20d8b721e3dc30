package org.fieldward.edge.decode.sparkplug;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.sparkplug.Metric;
import org.fieldward.proto.sparkplug.PropertySet;
import org.fieldward.proto.sparkplug.PropertyValue;

/**
 * What a birth says about one metric, or what a metric says of itself.
 *
 * @param code the catalogue's key, LOINC or MDC code; empty: no vital sign
 * @param datatype of Sparkplug; 0 where nobody said
 * @param unit UCUM as far as we know how to say it; empty where nobody said
 */
record Definition(Optional<String> code, int datatype, String unit) {

    /** One for all of them: a node may have hundreds. */
    static final Definition IGNORED = new Definition(Optional.empty(), 0, "");

    private static final Set<String> NOT_MEASURED = Set.of("Node Control", "Device Control", "Properties");
    private static final Set<String> UNIT_KEYS = Set.of("engunit", "engineering units", "engineeringunits");
    private static final String QUALITY = "quality";
    private static final long FIRST_GOOD = 192;
    private static final long LAST_GOOD = 255;

    /** Names that engineers give to units where UCUM has another. */
    private static final Map<String, String> UNITS = Map.ofEntries(
            Map.entry("bpm", "/min"),
            Map.entry("1/min", "/min"),
            Map.entry("beats/min", "/min"),
            Map.entry("breaths/min", "/min"),
            Map.entry("mmHg", "mm[Hg]"),
            Map.entry("°C", "Cel"),
            Map.entry("degC", "Cel"),
            Map.entry("°F", "[degF]"),
            Map.entry("degF", "[degF]"),
            Map.entry("lb", "[lb_av]"),
            Map.entry("in", "[in_i]"),
            Map.entry("kg/m²", "kg/m2"),
            Map.entry("kg/m^2", "kg/m2"));

    static Definition of(Metric metric, Normaliser normaliser) {
        Optional<String> code = code(metric.getName(), normaliser);
        return code.isEmpty() ? IGNORED : new Definition(code, metric.getDatatype(), unit(metric));
    }

    boolean isVitalSign() {
        return code.isPresent();
    }

    /** Whether a number means one thing only: a weight without a unit may be kilograms or pounds. */
    boolean isCertain(Normaliser normaliser) {
        return code.isEmpty() || !unit.isEmpty() || normaliser.hasOneUnit(code.get());
    }

    /** What a later message adds to what the birth said. */
    Definition with(Metric metric) {
        String said = unit(metric);
        if (said.isEmpty() && !metric.hasDatatype()) {
            return this;
        }
        return new Definition(
                code, metric.hasDatatype() ? metric.getDatatype() : datatype, said.isEmpty() ? unit : said);
    }

    private static Optional<String> code(String name, Normaliser normaliser) {
        int first = name.indexOf('/');
        if (first >= 0 && NOT_MEASURED.contains(name.substring(0, first))) {
            return Optional.empty();
        }
        String last = name.substring(name.lastIndexOf('/') + 1);
        Optional<Parameter> parameter = normaliser.find(last);
        return parameter.filter(known -> !known.isPanel()).map(known -> last);
    }

    private static String unit(Metric metric) {
        PropertySet properties = metric.getProperties();
        for (int i = 0; i < Math.min(properties.getKeysCount(), properties.getValuesCount()); i++) {
            PropertyValue value = properties.getValues(i);
            if (UNIT_KEYS.contains(properties.getKeys(i).toLowerCase(Locale.ROOT)) && value.hasStringValue()) {
                String given = value.getStringValue().strip();
                return UNITS.getOrDefault(given, given);
            }
        }
        return "";
    }

    /** Section 6.4.17: 0 is bad, 192 good, 500 stale. Within OPC's good range they are all good. */
    static boolean isGood(Metric metric) {
        PropertySet properties = metric.getProperties();
        for (int i = 0; i < Math.min(properties.getKeysCount(), properties.getValuesCount()); i++) {
            if (properties.getKeys(i).toLowerCase(Locale.ROOT).equals(QUALITY)) {
                OptionalLong quality = whole(properties.getValues(i));
                return quality.isEmpty() || (quality.getAsLong() >= FIRST_GOOD && quality.getAsLong() <= LAST_GOOD);
            }
        }
        return true;
    }

    private static OptionalLong whole(PropertyValue value) {
        return switch (value.getValueCase()) {
            case INT_VALUE -> OptionalLong.of(Integer.toUnsignedLong(value.getIntValue()));
            case LONG_VALUE -> OptionalLong.of(value.getLongValue());
            case FLOAT_VALUE,
                    DOUBLE_VALUE,
                    BOOLEAN_VALUE,
                    STRING_VALUE,
                    PROPERTYSET_VALUE,
                    PROPERTYSETS_VALUE,
                    VALUE_NOT_SET -> OptionalLong.empty();
        };
    }
}
