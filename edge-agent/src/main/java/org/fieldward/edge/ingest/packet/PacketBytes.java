package org.fieldward.edge.ingest.packet;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes on their way out. Grows; used by one thread. */
final class PacketBytes {

    private static final int SMALL = 64;

    /** An idle connection must not hold on to the room of its largest packet. */
    private static final int MAX_KEPT = 8192;

    private byte[] bytes = new byte[SMALL];
    private int size;

    int size() {
        return size;
    }

    void put(int value) {
        room(1);
        bytes[size++] = (byte) value;
    }

    void putShort(int value) {
        put(value >>> 8);
        put(value);
    }

    void putInt(long value) {
        putShort((int) (value >>> 16) & 0xFFFF);
        putShort((int) value & 0xFFFF);
    }

    /** Variable byte integer (MQTT 5, section 1.5.5). */
    void putVariable(int value) {
        int rest = value;
        do {
            int digit = rest & 0x7F;
            rest >>>= 7;
            put(rest > 0 ? digit | 0x80 : digit);
        } while (rest > 0);
    }

    void putText(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        putShort(encoded.length);
        putAll(encoded, encoded.length);
    }

    void putBinary(ByteString binary) {
        putShort(binary.size());
        putAll(binary);
    }

    void putAll(ByteString binary) {
        room(binary.size());
        binary.copyTo(bytes, size);
        size += binary.size();
    }

    void putAll(PacketBytes other) {
        putAll(other.bytes, other.size);
    }

    /** Empties it. */
    byte[] take() {
        byte[] taken = Arrays.copyOf(bytes, size);
        size = 0;
        if (bytes.length > MAX_KEPT) {
            bytes = new byte[SMALL];
        }
        return taken;
    }

    private void putAll(byte[] from, int length) {
        room(length);
        System.arraycopy(from, 0, bytes, size, length);
        size += length;
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    static int variableLength(int value) {
        return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4;
    }
}
