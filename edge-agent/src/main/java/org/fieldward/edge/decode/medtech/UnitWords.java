package org.fieldward.edge.decode.medtech;

import java.math.BigDecimal;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.proto.reading.Unit;

/** What the words for units in mapping files mean. */
public final class UnitWords {

    /** @param factor what a number is multiplied by to be in this unit */
    public record Meant(Unit unit, BigDecimal factor) {}

    /** @param to what remains of it after multiplying */
    private record Other(BigDecimal factor, Unit to) {}

    private static final Pattern ANNOTATION = Pattern.compile("\\{[^}]*}");
    private static final Map<String, Unit> WORDS = new HashMap<>();
    private static final Map<String, Other> OTHERS = new HashMap<>();

    static {
        words(
                Unit.PER_MINUTE,
                "count/min count/minute counts/min beats/min beats/minute beat/min bpm 1/min per_minute breaths/min"
                        + " breaths/minute breath/min brpm resp/min min-1 min^-1");
        words(Unit.PERCENT, "percent pct percentage");
        words(Unit.MILLIMETRE_OF_MERCURY, "mmhg mm_hg mm[hg] torr");
        words(Unit.CELSIUS, "cel c °c degc deg_c deg_celsius celsius degrees_celsius ℃");
        words(Unit.FAHRENHEIT, "f °f degf deg_f [degf] fahrenheit degrees_fahrenheit deg_fahrenheit ℉");
        words(Unit.KILOGRAM, "kgs kilogram kilograms");
        words(Unit.GRAM, "gram grams");
        words(Unit.POUND, "lb lbs pound pounds [lb_av]");
        words(Unit.CENTIMETRE, "centimeter centimeters centimetre centimetres");
        words(Unit.INCH, "in inch inches [in_i]");
        words(Unit.KILOGRAM_PER_SQUARE_METRE, "kg/m^2 kg/m² kg/m2");
        words(Unit.MILLIGRAM_PER_DECILITRE, "mg/dl");
        words(Unit.MILLIVOLT, "mv");
        other("m meter meters metre metres", "100", Unit.CENTIMETRE);
        other("mm millimeter millimeters millimetre millimetres", "0.1", Unit.CENTIMETRE);
        other("kpa kilopascal", "7.50062", Unit.MILLIMETRE_OF_MERCURY);
        other("/s 1/s hz", "60", Unit.PER_MINUTE);
        other("1 ratio fraction", "100", Unit.PERCENT);
    }

    private UnitWords() {}

    private static void words(Unit unit, String words) {
        for (String word : words.split(" ")) {
            WORDS.put(word, unit);
        }
    }

    private static void other(String words, String factor, Unit to) {
        for (String word : words.split(" ")) {
            OTHERS.put(word, new Other(new BigDecimal(factor), to));
        }
    }

    /** What the word means for this parameter; empty if it can mean nothing, or if we do not know it. */
    public static Optional<Meant> of(String word, Parameter parameter) {
        Optional<Unit> named = named(word);
        if (named.isPresent() && parameter.allows(named.get())) {
            return Optional.of(new Meant(named.get(), BigDecimal.ONE));
        }
        return Optional.ofNullable(OTHERS.get(key(word)))
                .filter(other -> parameter.allows(other.to))
                .map(other -> new Meant(other.to, other.factor));
    }

    /** The unit that it names as it is, whatever is measured in it. */
    static Optional<Unit> named(String word) {
        String bare = ANNOTATION.matcher(word).replaceAll("").strip();
        return Unit.ofUcum(bare).or(() -> Optional.ofNullable(WORDS.get(key(word))));
    }

    private static String key(String word) {
        return ANNOTATION
                .matcher(word)
                .replaceAll("")
                .strip()
                .toLowerCase(Locale.ROOT)
                .replace(' ', '_');
    }
}
