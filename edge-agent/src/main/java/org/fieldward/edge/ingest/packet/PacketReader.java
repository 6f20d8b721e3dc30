package org.fieldward.edge.ingest.packet;

import org.fieldward.edge.ingest.packet.Inbound.Nothing;
import org.fieldward.edge.ingest.packet.Inbound.Violation;

/**
 * Cuts a client's bytes into packets. Strict: whatever the standard forbids is a {@link Violation}, after which nothing more
 * may be asked. Holds at most one unfinished packet. Used by one thread.
 */
public final class PacketReader {

    private static final Nothing NOTHING = new Nothing();
    private static final int MAX_LENGTH_BYTES = 4;
    private static final byte[] EMPTY = new byte[0];

    private final int maxPacketBytes;
    private final PacketParser parser = new PacketParser();
    private byte[] bytes = EMPTY;
    private int from;
    private int end;

    /** @param maxPacketBytes of a whole packet, header included */
    public PacketReader(int maxPacketBytes) {
        this.maxPacketBytes = maxPacketBytes;
    }

    /** Takes the array over. */
    public void feed(byte[] more) {
        if (from == end) {
            bytes = more;
            from = 0;
            end = more.length;
            return;
        }
        int left = end - from;
        if (end + more.length > bytes.length) {
            byte[] larger = new byte[Math.max(2 * left, left + more.length)];
            System.arraycopy(bytes, from, larger, 0, left);
            bytes = larger;
            from = 0;
            end = left;
        }
        System.arraycopy(more, 0, bytes, end, more.length);
        end += more.length;
    }

    public Inbound next() {
        if (from < end && (bytes[from] & 0xF0) == 0) {
            // Known to be wrong before its length is: it must not be waited for.
            return new Violation(Reason.PROTOCOL_ERROR, "a packet must not be of the reserved type 0");
        }
        int length = 0;
        int at = from + 1;
        for (int shift = 0; ; shift += 7) {
            if (at >= end) {
                return NOTHING;
            }
            int digit = bytes[at++] & 0xFF;
            length |= (digit & 0x7F) << shift;
            if (digit < 0x80) {
                break;
            }
            if (at - from > MAX_LENGTH_BYTES) {
                return new Violation(Reason.MALFORMED_PACKET, "a length must have at most four bytes");
            }
        }
        if ((long) at - from + length > maxPacketBytes) {
            return new Violation(
                    Reason.PACKET_TOO_LARGE,
                    "a packet must have at most " + maxPacketBytes + " bytes, had " + ((long) at - from + length));
        }
        if (end - at < length) {
            return NOTHING;
        }
        int header = bytes[from] & 0xFF;
        from = at + length;
        try {
            return parser.parse(header, new Cursor(bytes, at, from));
        } catch (Broken broken) {
            return broken.violation();
        } finally {
            if (from == end) {
                release();
            }
        }
    }

    /** Memory for a packet that is not complete yet. */
    public int heldBytes() {
        return from == end ? 0 : bytes.length;
    }

    /** An idle connection must not hold on to its last chunk. */
    private void release() {
        bytes = EMPTY;
        from = 0;
        end = 0;
    }
}
