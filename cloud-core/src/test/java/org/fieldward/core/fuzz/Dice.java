package org.fieldward.core.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The bytes of a fuzzer as a row of decisions. When they are used up every decision is the first. */
public final class Dice {

    private final byte[] bytes;
    private int at;

    public Dice(byte[] bytes) {
        this.bytes = bytes;
    }

    public boolean isEmpty() {
        return at >= bytes.length;
    }

    /** 0 to 255. */
    public int octet() {
        return isEmpty() ? 0 : bytes[at++] & 0xFF;
    }

    /** 0 to below {@code bound}, which is 256 at most. */
    public int below(int bound) {
        return octet() % bound;
    }

    public int twoOctets() {
        return octet() << 8 | octet();
    }

    public boolean flag() {
        return (octet() & 1) == 1;
    }

    public <T> T one(List<T> of) {
        return of.get(below(of.size()));
    }

    /** So many bytes, or as many as are left. */
    public byte[] take(int length) {
        int from = Math.min(at, bytes.length);
        at = Math.min(bytes.length, from + length);
        return Arrays.copyOfRange(bytes, from, at);
    }

    public byte[] rest() {
        return take(bytes.length);
    }

    /** At most 255 bytes of UTF-8, made whole where they are not. */
    public String text() {
        return new String(take(octet()), StandardCharsets.UTF_8);
    }
}
