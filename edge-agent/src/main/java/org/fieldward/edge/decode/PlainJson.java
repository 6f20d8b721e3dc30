package org.fieldward.edge.decode;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;

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

    private final PlainCodes codes;
    private final byte[] text;
    private int at;

    /** Of the text that was read last. */
    private int textFrom;

    private int textTo;
    private int textHash;

    /** Of the number that was read last. */
    private long unscaled;

    private int scale;

    private PlainJson(PlainCodes codes, byte[] text) {
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
    static Optional<Decoded.Readings> read(
            PlainCodes codes, DeviceId device, byte[] payload, Supplier<Arrival> arrivals) {
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
            Optional<PlainCodes.Code> code = codes.find(text, textFrom, textTo, textHash);
            check(code.isPresent());
            take(':');
            number();
            draft.add(code.get().value(unscaled, scale));
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
            textHash = PlainCodes.hash(textHash, next);
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
}
