package org.fieldward.edge.ingest.door;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.fieldward.edge.ingest.packet.Inbound.Ack;
import org.fieldward.edge.ingest.packet.PacketType;
import org.fieldward.edge.ingest.packet.PacketWriter;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;
import org.fieldward.edge.ingest.packet.Reason;

/**
 * Messages for one subscriber: in order, no more unacknowledged than it takes, no more waiting than we keep. Used by one
 * thread.
 */
final class Downlink {

    /** Enough for any screen; what a client offers beyond it would only be memory of ours. */
    private static final int MAX_WINDOW = 64;

    private final int window;
    private final int maxPacketBytes;
    private final int maxQueued;
    private final Deque<Outgoing> queue = new ArrayDeque<>();
    private final Map<Integer, PacketType> awaited = new HashMap<>();
    private int grace;
    private int lastPacketId;

    Downlink(int receiveMaximum, int maxPacketBytes, int maxQueued) {
        this.window = Math.min(receiveMaximum, MAX_WINDOW);
        this.maxPacketBytes = maxPacketBytes;
        this.maxQueued = maxQueued;
    }

    /** Returns false if the subscriber is too slow and must go. */
    boolean offer(Outgoing message) {
        queue.add(message);
        return queue.size() <= maxQueued + grace;
    }

    /** What was kept for it before it came does not count as being slow. */
    void offerRetained(List<Outgoing> messages) {
        queue.addAll(messages);
        grace = Math.max(grace, queue.size());
    }

    /** Writes one message if there is one that may go now. */
    boolean pumpOne(PacketWriter out) {
        Outgoing next = queue.peek();
        if (next == null || (next.qos() > 0 && awaited.size() >= window)) {
            return false;
        }
        queue.remove();
        int packetId = next.qos() > 0 ? nextPacketId() : 0;
        boolean written = out.publish(next, packetId, maxPacketBytes);
        if (written && next.qos() > 0) {
            awaited.put(packetId, next.qos() == 1 ? PacketType.PUBACK : PacketType.PUBREC);
        }
        return true;
    }

    void acknowledged(Ack ack, PacketWriter out) {
        boolean expected = awaited.get(ack.packetId()) == ack.type();
        switch (ack.type()) {
            case PUBACK, PUBCOMP -> {
                if (expected) {
                    awaited.remove(ack.packetId());
                }
            }
            case PUBREC -> {
                if (expected && ack.reason() >= 0x80) {
                    awaited.remove(ack.packetId());
                } else {
                    if (expected) {
                        awaited.put(ack.packetId(), PacketType.PUBCOMP);
                    }
                    out.ack(PacketType.PUBREL, ack.packetId(), Reason.SUCCESS);
                }
            }
            default -> throw new IllegalArgumentException("not an answer to a publish: " + ack.type());
        }
    }

    private int nextPacketId() {
        do {
            lastPacketId = lastPacketId % 65_535 + 1;
        } while (awaited.containsKey(lastPacketId));
        return lastPacketId;
    }
}
