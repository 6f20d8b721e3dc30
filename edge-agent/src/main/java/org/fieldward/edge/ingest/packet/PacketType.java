package org.fieldward.edge.ingest.packet;

/** In the order of their numbers (MQTT 5, section 2.1.2); the number is the ordinal. */
public enum PacketType {
    RESERVED,
    CONNECT,
    CONNACK,
    PUBLISH,
    PUBACK,
    PUBREC,
    PUBREL,
    PUBCOMP,
    SUBSCRIBE,
    SUBACK,
    UNSUBSCRIBE,
    UNSUBACK,
    PINGREQ,
    PINGRESP,
    DISCONNECT,
    AUTH,
    /** No packet: the properties of a will inside a CONNECT. */
    WILL;

    private static final PacketType[] ALL = values();

    static PacketType of(int number) {
        return ALL[number];
    }

    int number() {
        return ordinal();
    }
}
