package org.fieldward.core.webhook.hl7;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A message in the vertical-bar encoding of any version from 2.1 to 2.8. Reads what stands there in the order in which it
 * stands and asks nothing of that order; segments that nobody knows are kept.
 *
 * @param segments the first is MSH, and no other
 */
public record Message(List<Segment> segments) {

    public static final int MAX_BYTES = 4 << 20;
    private static final int MAX_SEGMENTS = 20_000;

    public Message {
        segments = List.copyOf(segments);
    }

    public static Message read(byte[] bytes) throws Hl7Exception {
        if (bytes.length > MAX_BYTES) {
            throw new Hl7Exception("message", "must be at most " + MAX_BYTES + " bytes");
        }
        String text = Characters.decode(bytes);
        // Where carriage returns end segments, a line feed is part of a text.
        boolean returns = text.strip().indexOf('\r') >= 0;
        String[] lines = text.split(returns ? "\r\n?" : "\n", -1);
        var segments = new ArrayList<Segment>();
        Optional<Delimiters> delimiters = Optional.empty();
        for (String line : lines) {
            String whole = frameless(line);
            if (whole.isBlank()) {
                continue;
            }
            int position = segments.size() + 1;
            if (delimiters.isEmpty()) {
                delimiters = Optional.of(header(whole));
            }
            check(position, whole, delimiters.get());
            segments.add(Segment.of(position, whole, delimiters.get()));
        }
        if (segments.isEmpty()) {
            throw new Hl7Exception("message", "must begin with the segment MSH");
        }
        return new Message(segments);
    }

    /** Without the characters of MLLP, which some leave in a file, and a line feed that follows a carriage return. */
    private static String frameless(String line) {
        int from = 0;
        int end = line.length();
        while (from < end && (line.charAt(from) == '\n' || line.charAt(from) == 0x0B)) {
            from++;
        }
        while (end > from && (line.charAt(end - 1) == 0x1C || line.charAt(end - 1) == '\n')) {
            end--;
        }
        return line.substring(from, end);
    }

    private static Delimiters header(String line) throws Hl7Exception {
        if (!line.startsWith("MSH") || line.length() < 5) {
            throw new Hl7Exception("message", "must begin with the segment MSH");
        }
        return Delimiters.of(line);
    }

    private static void check(int position, String line, Delimiters delimiters) throws Hl7Exception {
        boolean named = line.length() >= 3
                && line.substring(0, 3).chars().allMatch(c -> c >= 'A' && c <= 'Z' || c >= '0' && c <= '9')
                && Character.isLetter(line.charAt(0))
                && (line.length() == 3 || line.charAt(3) == delimiters.field());
        if (!named) {
            throw new Hl7Exception(
                    "segment " + position, "must begin with three capital letters or digits and the field separator");
        }
        if (position > 1 && line.startsWith("MSH")) {
            throw new Hl7Exception("segment " + position, "must not be a second MSH: send one message at a time");
        }
        if (position > MAX_SEGMENTS) {
            throw new Hl7Exception("message", "must have at most " + MAX_SEGMENTS + " segments");
        }
    }

    public Segment header() {
        return segments.getFirst();
    }

    public Optional<Segment> first(String name) {
        return segments.stream().filter(segment -> segment.name().equals(name)).findFirst();
    }

    public List<Segment> all(String name) {
        return segments.stream().filter(segment -> segment.name().equals(name)).toList();
    }

    /** MSH-9.1, such as {@code ADT}. */
    public String code() {
        return header().text(9, 1);
    }

    /** MSH-9.2, such as {@code A01}; of older versions EVN-1 where MSH-9 has none. */
    public String event() {
        return header().at(9)
                .some(2)
                .or(() -> first("EVN").flatMap(event -> event.some(1)))
                .orElse("");
    }

    /** Such as {@code ADT^A01}. */
    public String kind() {
        return event().isEmpty() ? code() : code() + "^" + event();
    }

    /** MSH-10; empty if it has none. */
    public String controlId() {
        return header().text(10);
    }

    /** Without content: it is a patient's. */
    @Override
    public String toString() {
        return "Message of " + segments.size() + " segments";
    }
}
