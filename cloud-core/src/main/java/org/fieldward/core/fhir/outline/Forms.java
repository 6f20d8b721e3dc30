package org.fieldward.core.fhir.outline;

import java.util.Optional;
import java.util.regex.Pattern;

/** What of a primitive value no rule of R4 looks behind. */
final class Forms {

    private static final int MAX_TEXT = 2_000;
    private static final int MAX_DIGITS = 15;
    private static final int MAX_ADDRESS = 500;

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9\\-.]{1,64}");
    private static final Pattern UUID = Pattern.compile("urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern OID = Pattern.compile("urn:oid:[0-2](\\.(0|[1-9][0-9]*)){2,30}");
    private static final Pattern WEB = Pattern.compile("https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?(/[A-Za-z0-9_.~/=&%-]*)?");
    private static final Pattern POINTER = Pattern.compile(
            "(?<base>https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/([A-Za-z0-9_.~-]+/)*)?(?<type>[A-Z][A-Za-z]{1,40})/"
                    + "[A-Za-z0-9\\-.]{1,64}(?<version>/_history/[0-9]{1,9})?");
    private static final Pattern WHOLE = Pattern.compile("-?(0|[1-9][0-9]{0,8})");
    private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?");
    private static final Pattern TIME = Pattern.compile("([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]");

    private Forms() {}

    static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /** Words of people: no space around them, nothing invisible in them, nothing that might be markup. */
    static boolean isPlain(String text) {
        int length = text.length();
        if (length == 0 || length > MAX_TEXT || text.charAt(0) == ' ' || text.charAt(length - 1) == ' ') {
            return false;
        }
        return text.chars().allMatch(Forms::isPlain);
    }

    private static boolean isPlain(int letter) {
        if (letter < 0x7f) {
            return letter >= ' ' && letter != '<' && letter != '&';
        }
        return Character.isLetterOrDigit(letter) || letter == '°' || letter == 'µ' || letter == '–';
    }

    /** {@code s} for spaces only, {@code t} for other plain words; empty for what is neither. */
    static Optional<Character> between(CharSequence text) {
        boolean blank = text.chars().allMatch(letter -> letter == ' ' || letter == '\n');
        if (blank) {
            return Optional.of('s');
        }
        return text.chars().allMatch(letter -> letter == '\n' || isPlain(letter)) ? Optional.of('t') : Optional.empty();
    }

    /** Sign and whether it is written with places; empty for what is written otherwise or too long. */
    static Optional<String> decimal(String text) {
        if (text.length() > MAX_DIGITS || !DECIMAL.matcher(text).matches()) {
            return Optional.empty();
        }
        return Optional.of(sign(text) + (text.indexOf('.') < 0 ? "w" : "p"));
    }

    static Optional<String> whole(String text) {
        return WHOLE.matcher(text).matches() ? Optional.of(sign(text)) : Optional.empty();
    }

    private static String sign(String number) {
        boolean zero = number.chars().allMatch(letter -> letter < '1' || letter > '9');
        if (zero) {
            // A zero with a sign is for the validator.
            return number.charAt(0) == '-' ? "~" : "0";
        }
        return number.charAt(0) == '-' ? "-" : "+";
    }

    static boolean isTime(String text) {
        return TIME.matcher(text).matches();
    }

    /** Which of the forms whose content says nothing; empty for an address that does. */
    static Optional<String> address(String text) {
        if (text.length() > MAX_ADDRESS) {
            return Optional.empty();
        }
        if (UUID.matcher(text).matches()) {
            return Optional.of("uuid");
        }
        return OID.matcher(text).matches() ? Optional.of("oid") : Optional.empty();
    }

    static boolean isWeb(String text) {
        return text.length() <= MAX_ADDRESS && WEB.matcher(text).matches();
    }

    /** Of {@code Reference.reference}: what kind of address, and of which type. */
    static Optional<String> pointer(String text) {
        if (text.length() > MAX_ADDRESS) {
            return Optional.empty();
        }
        var parts = POINTER.matcher(text);
        if (parts.matches()) {
            return Optional.of((parts.group("base") == null ? "" : "http/")
                    + parts.group("type")
                    + (parts.group("version") == null ? "" : "/v"));
        }
        return address(text);
    }
}
