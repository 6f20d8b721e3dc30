package org.fieldward.core.webhook.hl7;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One line of a message.
 *
 * @param position from 1, of those that are not blank
 * @param fields from number 1; of MSH the first is the separator itself
 */
public record Segment(int position, String name, List<String> fields, Delimiters delimiters) {

    private static final int MAX_FIELDS = 1_000;
    private static final int MAX_REPETITIONS = 1_000;

    public Segment {
        fields = List.copyOf(fields);
    }

    static Segment of(int position, String line, Delimiters delimiters) throws Hl7Exception {
        String name = line.substring(0, 3);
        var fields = new ArrayList<String>();
        if (name.equals("MSH")) {
            fields.add(String.valueOf(delimiters.field()));
        }
        int from = 4;
        while (from <= line.length() && line.length() > 3) {
            int end = line.indexOf(delimiters.field(), from);
            fields.add(line.substring(from, end < 0 ? line.length() : end));
            if (fields.size() > MAX_FIELDS) {
                throw new Hl7Exception("segment " + position, "must have at most " + MAX_FIELDS + " fields");
            }
            from = end < 0 ? line.length() + 1 : end + 1;
        }
        return new Segment(position, name, fields, delimiters);
    }

    /** The first repetition. */
    public Value at(int field) {
        List<Value> all = all(field);
        return all.isEmpty() ? new Value("", delimiters, 0) : all.getFirst();
    }

    /** Every repetition that says something. */
    public List<Value> all(int field) {
        String raw = raw(field);
        if (raw.isEmpty()) {
            return List.of();
        }
        if (name.equals("MSH") && field <= 2) {
            return List.of(new Value(raw, delimiters, 2));
        }
        var repetitions = new ArrayList<Value>();
        int from = 0;
        while (from >= 0 && repetitions.size() < MAX_REPETITIONS) {
            int end = raw.indexOf(delimiters.repetition(), from);
            var value = new Value(raw.substring(from, end < 0 ? raw.length() : end), delimiters, 0);
            if (!value.raw().isBlank()) {
                repetitions.add(value);
            }
            from = end < 0 ? -1 : end + 1;
        }
        return repetitions;
    }

    /** As it stands, with separators and escapes. */
    public String raw(int field) {
        return field >= 1 && field <= fields.size() ? fields.get(field - 1) : "";
    }

    public String text(int field) {
        return at(field).text();
    }

    public String text(int field, int component) {
        return at(field).text(component);
    }

    public Optional<String> some(int field) {
        return Optional.of(text(field)).filter(text -> !text.isEmpty());
    }

    /** The sender says that there shall be no value. */
    public boolean isNull(int field) {
        return raw(field).strip().equals("\"\"");
    }

    /** For messages to people, such as {@code OBX[12]-5}. */
    public String place(int field) {
        return name + "[" + position + "]-" + field;
    }

    /** Without content: it may be a patient's. */
    @Override
    public String toString() {
        return name + "[" + position + "]";
    }
}
