package org.fieldward.edge.ingest.session;

import org.fieldward.edge.ingest.packet.PacketType;

/** What a client has still to answer to a message. The number is on disk and never changes. */
public enum Awaited {
    PUBACK(1, PacketType.PUBACK),
    PUBREC(2, PacketType.PUBREC),
    PUBCOMP(3, PacketType.PUBCOMP);

    private final int number;
    private final PacketType packet;

    Awaited(int number, PacketType packet) {
        this.number = number;
        this.packet = packet;
    }

    public int number() {
        return number;
    }

    PacketType packet() {
        return packet;
    }

    public static Awaited of(int number) {
        for (Awaited one : values()) {
            if (one.number == number) {
                return one;
            }
        }
        throw new IllegalArgumentException("awaited must be 1 to 3, was " + number);
    }
}
