package org.fieldward.core.webhook.hl7;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;

/** Escape sequences of text (HL7 v2.8 section 2.7). */
final class Escapes {

    private static final int LONGEST = 200;

    private Escapes() {}

    static String remove(String raw, Delimiters delimiters) {
        char escape = delimiters.escape();
        int start = raw.indexOf(escape);
        if (start < 0) {
            return raw;
        }
        var text = new StringBuilder(raw.length());
        int copied = 0;
        while (start >= 0) {
            int end = raw.indexOf(escape, start + 1);
            if (end < 0) {
                break;
            }
            Optional<String> meaning =
                    end - start > LONGEST ? Optional.empty() : meaning(raw.substring(start + 1, end), delimiters);
            if (meaning.isPresent()) {
                text.append(raw, copied, start).append(meaning.get());
                copied = end + 1;
                start = raw.indexOf(escape, copied);
            } else {
                // A path such as C:\temp: the second may begin a sequence of its own.
                start = end;
            }
        }
        return text.append(raw, copied, raw.length()).toString();
    }

    private static Optional<String> meaning(String sequence, Delimiters delimiters) {
        return switch (sequence) {
            case "F" -> Optional.of(String.valueOf(delimiters.field()));
            case "S" -> Optional.of(String.valueOf(delimiters.component()));
            case "T" -> Optional.of(String.valueOf(delimiters.subcomponent()));
            case "R" -> Optional.of(String.valueOf(delimiters.repetition()));
            case "E" -> Optional.of(String.valueOf(delimiters.escape()));
            case "P" -> Optional.of("#");
            case "H", "N" -> Optional.of("");
            default -> longer(sequence);
        };
    }

    private static Optional<String> longer(String sequence) {
        if (sequence.matches("X([0-9A-Fa-f]{2})+")) {
            byte[] bytes = HexFormat.of().parseHex(sequence.substring(1));
            String text = new String(bytes, StandardCharsets.UTF_8);
            return Optional.of(text.indexOf('\uFFFD') < 0 ? text : new String(bytes, StandardCharsets.ISO_8859_1));
        }
        if (sequence.matches("\\.(br|sp|ce)[0-9]{0,3}")) {
            return Optional.of("\n");
        }
        // Indents, wrapping, switches of the character set and what sites made up say nothing that a reader needs.
        boolean formatting = sequence.matches("\\.(in|ti|sk|fi|nf)[+-]?[0-9]{0,3}|[CM][0-9A-Fa-f]{4,6}|Z[!-~]{0,20}");
        return formatting ? Optional.of("") : Optional.empty();
    }
}
