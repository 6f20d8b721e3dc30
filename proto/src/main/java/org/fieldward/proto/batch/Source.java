package org.fieldward.proto.batch;

import java.nio.charset.StandardCharsets;

/** Reads what {@link Sink} wrote. Never reads beyond its bytes, whatever they say. */
final class Source {

    private final byte[] bytes;
    private int at;

    Source(byte[] bytes) {
        this.bytes = bytes;
    }

    int left() {
        return bytes.length - at;
    }

    int octet() {
        if (at >= bytes.length) {
            throw new BatchException("batch ends at byte " + at + " in the middle of a field");
        }
        return bytes[at++] & 0xff;
    }

    long unsigned() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int octet = octet();
            value |= (long) (octet & 0x7f) << shift;
            if (octet < 0x80) {
                return value;
            }
        }
        throw new BatchException("number at byte " + at + " is longer than 64 bits");
    }

    long signed() {
        long value = unsigned();
        return (value >>> 1) ^ -(value & 1);
    }

    /** A count of things that take at least {@code bytesEach}, so that a lie cannot make us allocate. */
    int count(String field, int most, int bytesEach) {
        long count = unsigned();
        if (count < 0 || count > most || count * bytesEach > left()) {
            throw new BatchException(field + " must be 0 to " + most + " and fit the batch, was " + count);
        }
        return (int) count;
    }

    /** An index into something of that size. */
    int index(String field, int size) {
        long index = unsigned();
        if (index < 0 || index >= size) {
            throw new BatchException(field + " must be below " + size + ", was " + index);
        }
        return (int) index;
    }

    byte[] raw(int length) {
        if (length < 0 || length > left()) {
            throw new BatchException("batch ends " + (length - left()) + " bytes early");
        }
        byte[] raw = new byte[length];
        System.arraycopy(bytes, at, raw, 0, length);
        at += length;
        return raw;
    }

    String text(String field, int mostBytes) {
        return new String(raw(count(field, mostBytes, 1)), StandardCharsets.UTF_8);
    }
}
