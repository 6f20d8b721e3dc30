package org.fieldward.edge.decode;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Value;
import org.jspecify.annotations.Nullable;

/**
 * What nearly every payload of {@link JsonPayload} looks like, read in one pass over its bytes: one object or an array of
 * them, times, and values that are plain numbers. Anything else, right or wrong, is left to the parser of a library, which
 * says what it is; so this one may give up at the first doubt, and never judges. It is here because making such a parser
 * for every message takes longer than reading the message, and leaves most of the garbage of a reading.
 */
final class PlainJson {

    /** With the point; few enough that no number of them overflows. */
    private static final int MAX_LENGTH = 15;

    private static final byte[] TIME = "time".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] SENT_AT = "sentAt".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] VALUES = "values".getBytes(StandardCharsets.US_ASCII);

    private final Codes codes;
    private final byte[] text;
    private int at;

    /** Of the text that was read last. */
    private int textFrom;

    private int textTo;
    private int textHash;

    /** Of the number that was read last. */
    private long unscaled;

    private int scale;

    private PlainJson(Codes codes, byte[] text) {
        this.codes = codes;
        this.text = text;
    }

    /** Says only that another parser must look at it. */
    private static final class NotPlain extends RuntimeException {
        private static final long serialVersionUID = 1;
        private static final NotPlain INSTANCE = new NotPlain();

        private NotPlain() {
            super(null, null, false, false);
        }
    }

    /** The readings of the payload; empty if it holds anything that is not plain. */
    static Optional<Decoded.Readings> read(Codes codes, DeviceId device, byte[] payload, Supplier<Arrival> arrivals) {
        try {
            return Optional.of(new PlainJson(codes, payload).whole(device, arrivals));
        } catch (NotPlain | Fault other) {
            return Optional.empty();
        }
    }

    private Decoded.Readings whole(DeviceId device, Supplier<Arrival> arrivals) {
        if (next() != '[') {
            Draft draft = reading();
            end();
            return Decoded.Readings.ofReadings(List.of(draft.finish(device, arrivals.get())), draft.sentAt());
        }
        at++;
        var drafts = new ArrayList<Draft>();
        do {
            drafts.add(reading());
            // They must agree, and who says it in an array is rare.
            check(drafts.getLast().sentAt().isEmpty() && drafts.size() <= Decoder.MAX_READINGS);
        } while (another(']'));
        end();
        var readings = new ArrayList<Reading>(drafts.size());
        for (Draft draft : drafts) {
            readings.add(draft.finish(device, arrivals.get()));
        }
        return Decoded.Readings.ofReadings(readings, Optional.empty());
    }

    private Draft reading() {
        var draft = new Draft();
        boolean time = false;
        boolean sentAt = false;
        take('{');
        do {
            text();
            take(':');
            if (is(VALUES)) {
                check(draft.isEmpty());
                values(draft);
            } else if (is(TIME)) {
                check(!time);
                time = true;
                draft.measuredAt(time("'time'"));
            } else {
                check(is(SENT_AT) && !sentAt);
                sentAt = true;
                draft.sentAt(time("'sentAt'"));
            }
        } while (another('}'));
        check(!draft.isEmpty());
        return draft;
    }

    private void values(Draft draft) {
        take('{');
        do {
            text();
            Codes.Code code = codes.find(text, textFrom, textTo, textHash);
            check(code != codes.unknown());
            take(':');
            number();
            draft.add(code.value(unscaled, scale));
        } while (another('}'));
    }

    private Instant time(String field) {
        if (next() == '"') {
            text();
            return Written.rfc3339(field, new String(text, textFrom, textTo - textFrom, StandardCharsets.ISO_8859_1));
        }
        number();
        check(scale == 0);
        return Written.epochMicros(field, unscaled * 1000);
    }

    /** Of printable ASCII, without an escape. */
    private void text() {
        take('"');
        textFrom = at;
        textHash = 0;
        for (byte next = byteAt(at); next != '"'; next = byteAt(++at)) {
            check(next >= ' ' && next <= '~' && next != '\\');
            textHash = Codes.hash(textHash, next);
        }
        textTo = at++;
    }

    private boolean is(byte[] name) {
        return Arrays.equals(name, 0, name.length, text, textFrom, textTo);
    }

    /** {@code [-]digits[.digits]}; what stands behind it is for the next to see. */
    private void number() {
        boolean negative = next() == '-';
        at += negative ? 1 : 0;
        int from = at;
        int point = -1;
        long digits = 0;
        for (; at < text.length; at++) {
            byte next = text[at];
            if (next >= '0' && next <= '9') {
                digits = digits * 10 + (next - '0');
            } else if (next == '.' && point < 0) {
                point = at;
            } else {
                break;
            }
            check(at - from < MAX_LENGTH);
        }
        int wholeTo = point < 0 ? at : point;
        // JSON has no number like 007, .5 or 5.
        check(wholeTo > from && (text[from] != '0' || wholeTo == from + 1) && point != at - 1);
        unscaled = negative ? -digits : digits;
        scale = point < 0 ? 0 : at - point - 1;
    }

    /** After a member or an element: whether one more follows. */
    private boolean another(char end) {
        byte next = next();
        at++;
        check(next == ',' || next == end);
        return next == ',';
    }

    private void take(char wanted) {
        check(next() == wanted);
        at++;
    }

    /** The next byte that is not white; it is not taken. */
    private byte next() {
        byte next = byteAt(at);
        while (isWhite(next)) {
            next = byteAt(++at);
        }
        return next;
    }

    private void end() {
        for (; at < text.length; at++) {
            check(isWhite(text[at]));
        }
    }

    private static boolean isWhite(byte one) {
        return one == ' ' || one == '\n' || one == '\r' || one == '\t';
    }

    private byte byteAt(int index) {
        check(index < text.length);
        return text[index];
    }

    private static void check(boolean plain) {
        if (!plain) {
            throw NotPlain.INSTANCE;
        }
    }

    /**
     * The codes of the catalogue, found by their bytes, and the values that plain numbers under them are. A ward says the same
     * few numbers over and over, so a value is made once and not for each reading. Thread-safe.
     */
    static final class Codes {

        /** Without a point: rates, pressures and saturations of nearly every patient. */
        private static final int MAX_WHOLE = 300;

        /** With one digit behind the point: temperatures and what a laboratory measures. */
        private static final int MAX_TENTHS = 450;

        private final Normaliser normaliser;
        private final Code unknown = new Code("");
        private final Code[] table;
        private final int mask;

        /** What a number under one code can be. */
        final class Code {
            private final String name;
            private final byte[] bytes;
            // Two threads may make the same value: values are immutable, and either will do.
            private @Nullable Value @Nullable [] whole;
            private @Nullable Value @Nullable [] tenths;

            private Code(String name) {
                this.name = name;
                bytes = name.getBytes(StandardCharsets.UTF_8);
            }

            /**
             * What {@link Normaliser#number} says of it, without a unit.
             *
             * @throws Fault as that does
             */
            Value value(long unscaled, int scale) {
                if (scale == 0 && unscaled >= 0 && unscaled < MAX_WHOLE) {
                    @Nullable Value @Nullable [] known = whole;
                    if (known == null) {
                        known = new Value[MAX_WHOLE];
                        whole = known;
                    }
                    return kept(known, (int) unscaled, scale);
                }
                if (scale == 1 && unscaled >= 0 && unscaled < MAX_TENTHS) {
                    @Nullable Value @Nullable [] known = tenths;
                    if (known == null) {
                        known = new Value[MAX_TENTHS];
                        tenths = known;
                    }
                    return kept(known, (int) unscaled, scale);
                }
                return made(unscaled, scale);
            }

            private boolean is(byte[] text, int from, int to) {
                return Arrays.equals(bytes, 0, bytes.length, text, from, to);
            }

            private Value kept(@Nullable Value[] values, int unscaled, int scale) {
                Value value = values[unscaled];
                if (value == null) {
                    value = made(unscaled, scale);
                    values[unscaled] = value;
                }
                return value;
            }

            private Value made(long unscaled, int scale) {
                return normaliser.number(name, BigDecimal.valueOf(unscaled, scale), "");
            }
        }

        Codes(Normaliser normaliser) {
            this.normaliser = normaliser;
            // At most half full, so that what is not there is soon not found.
            mask = Integer.highestOneBit(4 * normaliser.codes().size()) - 1;
            table = new Code[mask + 1];
            Arrays.fill(table, unknown);
            for (String name : normaliser.codes()) {
                int at = place(hash(name.getBytes(StandardCharsets.UTF_8)));
                while (table[at] != unknown) {
                    at = at + 1 & mask;
                }
                table[at] = new Code(name);
            }
        }

        /**
         * What stands between these places, or {@link #unknown}.
         *
         * @param hash as {@link #hash(int, byte)} makes it of these bytes, one after the other, from 0
         */
        Code find(byte[] text, int from, int to, int hash) {
            int at = place(hash);
            while (table[at] != unknown && !table[at].is(text, from, to)) {
                at = at + 1 & mask;
            }
            return table[at];
        }

        /** No code of the catalogue. */
        Code unknown() {
            return unknown;
        }

        static int hash(int before, byte next) {
            return 31 * before + next;
        }

        private static int hash(byte[] text) {
            int hash = 0;
            for (byte next : text) {
                hash = hash(hash, next);
            }
            return hash;
        }

        private int place(int hash) {
            return (hash ^ hash >>> 15) & mask;
        }
    }
}
