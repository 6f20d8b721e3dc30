package org.fieldward.edge.mllp;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The first segment of a message, as far as it takes to answer: the core reads the rest. Its characters are the bytes as they
 * came, so that what is echoed in the answer is what was sent, in whatever character set. Pure.
 */
record Header(char bar, List<String> fields) {

    private static final int MAX_HEADER = 2_000;
    private static final int MAX_NAME = 190;
    private static final String UNREADABLE = "message must begin with MSH and its separators";

    /** What came of reading it. */
    sealed interface Read {
        record Good(Header header) implements Read {}

        /** @param rule that it breaks, without what it says */
        record Bad(String rule) implements Read {}
    }

    Header {
        fields = List.copyOf(fields);
    }

    static Read read(ByteString message) {
        String start =
                message.substring(0, Math.min(message.size(), MAX_HEADER)).toString(StandardCharsets.ISO_8859_1);
        // Some senders begin with the mark of UTF-8.
        String text = start.startsWith("\u00ef\u00bb\u00bf") ? start.substring(3) : start;
        if (text.startsWith("M\u0000") || text.startsWith("\u0000M") || text.startsWith("\u00ff\u00fe")) {
            return new Read.Bad("message must be in a character set that begins with ASCII");
        }
        if (text.length() < 8 || !text.startsWith("MSH") || isWord(text.charAt(3))) {
            return new Read.Bad(UNREADABLE);
        }
        int end = text.indexOf('\r') >= 0 ? text.indexOf('\r') : text.length();
        int line = text.indexOf('\n');
        String segment = text.substring(0, line >= 0 ? Math.min(end, line) : end);
        char bar = segment.charAt(3);
        List<String> fields = List.of(segment.split(Pattern.quote(String.valueOf(bar)), -1));
        if (fields.size() < 2
                || fields.get(1).isEmpty()
                || fields.get(1).length() > 5
                || isWord(fields.get(1).charAt(0))) {
            return new Read.Bad(UNREADABLE);
        }
        return new Read.Good(new Header(bar, fields));
    }

    private static boolean isWord(char c) {
        return Character.isLetterOrDigit(c) || c <= ' ';
    }

    /** MSH-N, empty where it is not there; MSH-1 is the bar itself. */
    String field(int number) {
        return number - 1 < fields.size() ? fields.get(number - 1) : "";
    }

    char component() {
        return field(2).charAt(0);
    }

    Optional<String> controlId() {
        return Optional.of(name(field(10))).filter(id -> !id.isEmpty());
    }

    /** MSH-3 and MSH-4. */
    Optional<String> sender() {
        String both = name(field(3)) + (field(4).isEmpty() ? "" : "^" + name(field(4)));
        return Optional.of(both.length() <= MAX_NAME ? both : both.substring(0, MAX_NAME))
                .filter(name -> !name.isEmpty());
    }

    /** As {@code ADT^A01}; empty where it is no such thing. */
    String kind() {
        String kind = field(9).replace(component(), '^');
        return kind.matches("[A-Z0-9_^]{3,40}") ? kind : "";
    }

    private static String name(String text) {
        String printable = text.strip().replaceAll("\\p{Cntrl}", "?");
        return printable.length() <= MAX_NAME ? printable : printable.substring(0, MAX_NAME);
    }
}
