package org.fieldward.proto.reading;

import java.time.Instant;

/** Instants as numbers: whole microseconds since 1970-01-01T00:00:00Z, as records, tables and the link keep them. */
public final class Micros {

    private static final long A_SECOND = 1_000_000L;

    private Micros() {}

    /**
     * What is below a microsecond is left out, towards the past.
     *
     * @throws ArithmeticException if it is too far off for a number, some 292,000 years
     */
    public static long of(Instant instant) {
        long second = instant.getEpochSecond();
        int micros = instant.getNano() / 1_000;
        // Counted from the next second down, or the earliest instant that a number can say would overflow on the way.
        return second < 0 && micros > 0
                ? Math.addExact(Math.multiplyExact(second + 1, A_SECOND), micros - A_SECOND)
                : Math.addExact(Math.multiplyExact(second, A_SECOND), micros);
    }

    /**
     * How long it is from one to the other, negative if that is earlier. For who asks of each reading: a Duration takes longer
     * to make than what is done with it.
     *
     * @throws ArithmeticException as {@link #of}
     */
    public static long between(Instant from, Instant to) {
        return of(to) - of(from);
    }

    public static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, A_SECOND), Math.floorMod(micros, A_SECOND) * 1_000);
    }
}
