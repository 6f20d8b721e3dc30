package org.fieldward.edge.buffer.torn;

import com.google.protobuf.ByteString;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A row that was put together from pages nobody vouches for (SQLite file format, section 2.1).
 *
 * @param values in the order of the table's columns; the column that is the row's id is {@link Value.Nothing}
 */
public record TornRow(long rowid, List<Value> values) {

    private static final int MAX_COLUMNS = 20;

    /** What a column holds. */
    public sealed interface Value {
        record Nothing() implements Value {}

        record Whole(long number) implements Value {}

        record Bytes(ByteString bytes) implements Value {}

        /** Text or a broken number: no table that is looked for has one. */
        record Other() implements Value {}
    }

    public TornRow {
        values = List.copyOf(values);
    }

    /** The numbers of columns, empty if one of them is none. */
    public Optional<List<Long>> numbers(int from, int to) {
        var numbers = new ArrayList<Long>();
        for (int i = from; i < to; i++) {
            if (i >= values.size() || !(values.get(i) instanceof Value.Whole whole)) {
                return Optional.empty();
            }
            numbers.add(whole.number());
        }
        return Optional.of(numbers);
    }

    static Optional<TornRow> of(long rowid, ByteBuffer payload) {
        try {
            int header = (int) Cell.varint(payload);
            var types = new ArrayList<Long>();
            while (payload.position() < header && types.size() < MAX_COLUMNS) {
                types.add(Cell.varint(payload));
            }
            if (payload.position() != header) {
                return Optional.empty();
            }
            var values = new ArrayList<Value>();
            for (long type : types) {
                values.add(value(type, payload));
            }
            return Optional.of(new TornRow(rowid, values));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Value value(long type, ByteBuffer from) {
        if (type < 0) {
            throw new IllegalArgumentException("a column's type must be at least 0, was " + type);
        }
        if (type == 0) {
            return new Value.Nothing();
        }
        if (type <= 6) {
            int bytes = type <= 4 ? (int) type : type == 5 ? 6 : 8;
            long number = from.get();
            for (int i = 1; i < bytes; i++) {
                number = number << 8 | from.get() & 0xFF;
            }
            return new Value.Whole(number);
        }
        if (type == 8 || type == 9) {
            return new Value.Whole(type - 8);
        }
        if (type >= 12 && type % 2 == 0) {
            byte[] bytes = new byte[Math.toIntExact(Math.min(from.remaining() + 1L, (type - 12) / 2))];
            from.get(bytes);
            return new Value.Bytes(ByteString.copyFrom(bytes));
        }
        long skipped = type == 7 ? 8 : (type - 13) / 2;
        if (skipped > from.remaining()) {
            throw new BufferUnderflowException();
        }
        from.position(from.position() + (int) skipped);
        return new Value.Other();
    }
}
