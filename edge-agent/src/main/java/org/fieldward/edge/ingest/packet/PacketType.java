package org.fieldward.edge.ingest.packet;

/** In the order of their numbers (MQTT 5, section 2.1.2); in the standard's own order. */
public enum PacketType {
    RESERVED(0),
    CONNECT(1),
    CONNACK(2),
    PUBLISH(3),
    PUBACK(4),
    PUBREC(5),
    PUBREL(6),
    PUBCOMP(7),
    SUBSCRIBE(8),
    SUBACK(9),
    UNSUBSCRIBE(10),
    UNSUBACK(11),
    PINGREQ(12),
    PINGRESP(13),
    DISCONNECT(14),
    AUTH(15),
    /** No packet: the properties of a will inside a CONNECT. */
    WILL(16),
    /** No packet: the properties of a message that is kept on disk for a subscriber. */
    KEPT(17);

    private static final PacketType[] ALL = values();

    private final int number;

    PacketType(int number) {
        this.number = number;
    }

    static PacketType of(int number) {
        return ALL[number];
    }

    int number() {
        return number;
    }
}
