package org.fieldward.core.observation.store;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Rows in PostgreSQL's binary COPY format, sent in blocks: the fastest way in. */
final class PostgresCopy {

    private static final byte[] SIGNATURE = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    private static final int BLOCK = 256 << 10;

    /** The types' numbers, the same in every PostgreSQL. */
    private static final int BYTEA = 17;

    private static final int INT8 = 20;
    private static final int INT4 = 23;

    private final CopyIn copy;
    private byte[] buffer = new byte[BLOCK + 8192];
    private int size;

    private PostgresCopy(CopyIn copy) {
        this.copy = copy;
    }

    /** @param statement {@code copy ... from stdin (format binary)} */
    static PostgresCopy start(Connection connection, String statement) throws SQLException {
        var copy = new PostgresCopy(
                connection.unwrap(PGConnection.class).getCopyAPI().copyIn(statement));
        copy.raw(SIGNATURE);
        copy.int4(0);
        copy.int4(0);
        return copy;
    }

    void row(int fields) throws SQLException {
        if (size >= BLOCK) {
            copy.writeToCopy(buffer, 0, size);
            size = 0;
        }
        room(2);
        buffer[size++] = (byte) (fields >>> 8);
        buffer[size++] = (byte) fields;
    }

    void number(int value) {
        int4(4);
        int4(value);
    }

    void number(long value) {
        int4(8);
        int4((int) (value >>> 32));
        int4((int) value);
    }

    /** SQL's null. */
    void nothing() {
        int4(-1);
    }

    void bytes(ByteString value) {
        int4(value.size());
        room(value.size());
        value.copyTo(buffer, size);
        size += value.size();
    }

    void numbers(long[] values) {
        array(INT8, values.length, values.length * 12);
        for (long value : values) {
            number(value);
        }
    }

    void numbers(int[] values) {
        array(INT4, values.length, values.length * 8);
        for (int value : values) {
            number(value);
        }
    }

    void bytes(byte[] value) {
        int4(value.length);
        raw(value);
    }

    /** An array of the middles of some values: without so many bytes at their beginning and at their end. */
    void middles(List<byte[]> values, int head, int tail) {
        int size = 0;
        for (byte[] value : values) {
            size += 4 + value.length - head - tail;
        }
        array(BYTEA, values.size(), size);
        for (byte[] value : values) {
            int length = value.length - head - tail;
            int4(length);
            room(length);
            System.arraycopy(value, head, buffer, this.size, length);
            this.size += length;
        }
    }

    void noNumbers() {
        int4(12);
        int4(0);
        int4(0);
        int4(INT8);
    }

    /** The head of an array of one dimension, counted from 1, none of it null. */
    private void array(int type, int count, int bytes) {
        int4(20 + bytes);
        int4(1);
        int4(0);
        int4(type);
        int4(count);
        int4(1);
    }

    /** Returns how many rows the server took. */
    long finish() throws SQLException {
        room(2);
        buffer[size++] = (byte) 0xff;
        buffer[size++] = (byte) 0xff;
        copy.writeToCopy(buffer, 0, size);
        return copy.endCopy();
    }

    private void int4(int value) {
        room(4);
        buffer[size++] = (byte) (value >>> 24);
        buffer[size++] = (byte) (value >>> 16);
        buffer[size++] = (byte) (value >>> 8);
        buffer[size++] = (byte) value;
    }

    private void raw(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, buffer, size, value.length);
        size += value.length;
    }

    private void room(int more) {
        if (size + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, size + more));
        }
    }
}
