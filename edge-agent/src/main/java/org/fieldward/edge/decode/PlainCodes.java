package org.fieldward.edge.decode;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.fieldward.proto.reading.Value;
import org.jspecify.annotations.Nullable;

/**
 * The codes of the catalogue, found by their bytes, and the values that plain numbers under them are. A ward says the same
 * few numbers over and over, so a value is made once and not for each reading. Thread-safe.
 */
final class PlainCodes {

    /** Without a point: rates, pressures and saturations of nearly every patient. */
    private static final int MAX_WHOLE = 300;

    /** With one digit behind the point: temperatures and what a laboratory measures. */
    private static final int MAX_TENTHS = 450;

    private final Normaliser normaliser;
    private final List<Optional<Code>> table;
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
                if (whole == null) {
                    whole = new Value[MAX_WHOLE];
                }
                return kept(whole, (int) unscaled, scale);
            }
            if (scale == 1 && unscaled >= 0 && unscaled < MAX_TENTHS) {
                if (tenths == null) {
                    tenths = new Value[MAX_TENTHS];
                }
                return kept(tenths, (int) unscaled, scale);
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

    PlainCodes(Normaliser normaliser) {
        this.normaliser = normaliser;
        // At most half full, so that what is not there is soon not found.
        mask = Integer.highestOneBit(4 * normaliser.codes().size()) - 1;
        table = new ArrayList<>(Collections.nCopies(mask + 1, Optional.empty()));
        for (String name : normaliser.codes()) {
            int at = place(hash(name.getBytes(StandardCharsets.UTF_8)));
            while (table.get(at).isPresent()) {
                at = at + 1 & mask;
            }
            table.set(at, Optional.of(new Code(name)));
        }
    }

    /** @param hash as {@link #hash(int, byte)} makes it of these bytes, one after the other, from 0 */
    Optional<Code> find(byte[] text, int from, int to, int hash) {
        int at = place(hash);
        Optional<Code> code = table.get(at);
        while (code.isPresent() && !code.get().is(text, from, to)) {
            at = at + 1 & mask;
            code = table.get(at);
        }
        return code;
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
