package org.fieldward.edge.buffer.torn;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What stands of a row on its own page (SQLite file format, section 1.6).
 *
 * @param size of the whole row
 * @param overflow the page on which it goes on, 0 if all of it is here
 */
record Cell(long rowid, int size, ByteBuffer local, int overflow) {

    /** More than any row of ours: a size that was overwritten must not cost the memory. */
    private static final int MAX_BYTES = 16 << 20;

    private static final int USABLE = TornFile.PAGE_BYTES;
    private static final int MOST_LOCAL = USABLE - 35;
    private static final int LEAST_LOCAL = (USABLE - 12) * 32 / 255 - 23;

    static Optional<Cell> at(ByteBuffer page, int at) {
        try {
            ByteBuffer from = page.duplicate().position(Math.min(at, USABLE));
            long size = varint(from);
            long rowid = varint(from);
            if (size < 1 || size > MAX_BYTES) {
                return Optional.empty();
            }
            int local = local((int) size);
            ByteBuffer here = from.slice(from.position(), local);
            int overflow = local < size ? from.getInt(from.position() + local) : 0;
            return Optional.of(new Cell(rowid, (int) size, here, overflow));
        } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
            return Optional.empty();
        }
    }

    static boolean spills(ByteBuffer page, int at) {
        return at(page, at).filter(cell -> cell.overflow() != 0).isPresent();
    }

    private static int local(int size) {
        if (size <= MOST_LOCAL) {
            return size;
        }
        int fitting = LEAST_LOCAL + (size - LEAST_LOCAL) % (USABLE - 4);
        return fitting <= MOST_LOCAL ? fitting : LEAST_LOCAL;
    }

    /** Seven bits a byte, high bits first; a ninth byte has eight. */
    static long varint(ByteBuffer from) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            byte next = from.get();
            value = value << 7 | next & 0x7F;
            if (next >= 0) {
                return value;
            }
        }
        return value << 8 | from.get() & 0xFF;
    }
}
