package org.fieldward.edge.ingest.packet;

import static org.fieldward.edge.ingest.packet.PacketType.AUTH;
import static org.fieldward.edge.ingest.packet.PacketType.CONNACK;
import static org.fieldward.edge.ingest.packet.PacketType.CONNECT;
import static org.fieldward.edge.ingest.packet.PacketType.DISCONNECT;
import static org.fieldward.edge.ingest.packet.PacketType.PUBACK;
import static org.fieldward.edge.ingest.packet.PacketType.PUBCOMP;
import static org.fieldward.edge.ingest.packet.PacketType.PUBLISH;
import static org.fieldward.edge.ingest.packet.PacketType.PUBREC;
import static org.fieldward.edge.ingest.packet.PacketType.PUBREL;
import static org.fieldward.edge.ingest.packet.PacketType.SUBACK;
import static org.fieldward.edge.ingest.packet.PacketType.SUBSCRIBE;
import static org.fieldward.edge.ingest.packet.PacketType.UNSUBACK;
import static org.fieldward.edge.ingest.packet.PacketType.UNSUBSCRIBE;
import static org.fieldward.edge.ingest.packet.PacketType.WILL;

import org.jspecify.annotations.Nullable;

/** Properties of MQTT 5 (section 2.2.2.2): identifier, type, and the packets that may carry them. */
public enum Property {
    PAYLOAD_FORMAT(0x01, Kind.FLAG, PUBLISH, WILL),
    MESSAGE_EXPIRY(0x02, Kind.FOUR_BYTES, PUBLISH, WILL),
    CONTENT_TYPE(0x03, Kind.TEXT, PUBLISH, WILL),
    RESPONSE_TOPIC(0x08, Kind.TEXT, PUBLISH, WILL),
    CORRELATION_DATA(0x09, Kind.BINARY, PUBLISH, WILL),
    SUBSCRIPTION_IDENTIFIER(0x0B, Kind.VARIABLE, PUBLISH, SUBSCRIBE),
    SESSION_EXPIRY(0x11, Kind.FOUR_BYTES, CONNECT, CONNACK, DISCONNECT),
    ASSIGNED_CLIENT_IDENTIFIER(0x12, Kind.TEXT, CONNACK),
    SERVER_KEEP_ALIVE(0x13, Kind.TWO_BYTES, CONNACK),
    AUTHENTICATION_METHOD(0x15, Kind.TEXT, CONNECT, CONNACK, AUTH),
    AUTHENTICATION_DATA(0x16, Kind.BINARY, CONNECT, CONNACK, AUTH),
    REQUEST_PROBLEM_INFORMATION(0x17, Kind.FLAG, CONNECT),
    WILL_DELAY(0x18, Kind.FOUR_BYTES, WILL),
    REQUEST_RESPONSE_INFORMATION(0x19, Kind.FLAG, CONNECT),
    RESPONSE_INFORMATION(0x1A, Kind.TEXT, CONNACK),
    SERVER_REFERENCE(0x1C, Kind.TEXT, CONNACK),
    REASON_STRING(0x1F, Kind.TEXT, CONNACK, PUBACK, PUBREC, PUBREL, PUBCOMP, SUBACK, UNSUBACK, DISCONNECT, AUTH),
    TOPIC_ALIAS_MAXIMUM(0x22, Kind.TWO_BYTES, CONNECT, CONNACK),
    RECEIVE_MAXIMUM(0x21, Kind.TWO_BYTES, CONNECT, CONNACK),
    TOPIC_ALIAS(0x23, Kind.TWO_BYTES, PUBLISH),
    MAXIMUM_QOS(0x24, Kind.FLAG, CONNACK),
    RETAIN_AVAILABLE(0x25, Kind.FLAG, CONNACK),
    USER_PROPERTY(
            0x26,
            Kind.PAIR,
            CONNECT,
            CONNACK,
            PUBLISH,
            WILL,
            PUBACK,
            PUBREC,
            PUBREL,
            PUBCOMP,
            SUBSCRIBE,
            SUBACK,
            UNSUBSCRIBE,
            UNSUBACK,
            DISCONNECT,
            AUTH),
    MAXIMUM_PACKET_SIZE(0x27, Kind.FOUR_BYTES, CONNECT, CONNACK),
    WILDCARD_SUBSCRIPTION_AVAILABLE(0x28, Kind.FLAG, CONNACK),
    SUBSCRIPTION_IDENTIFIER_AVAILABLE(0x29, Kind.FLAG, CONNACK),
    SHARED_SUBSCRIPTION_AVAILABLE(0x2A, Kind.FLAG, CONNACK);

    enum Kind {
        /** One byte, 0 or 1. */
        FLAG,
        TWO_BYTES,
        FOUR_BYTES,
        VARIABLE,
        TEXT,
        BINARY,
        PAIR
    }

    private static final @Nullable Property[] BY_ID = new @Nullable Property[0x2B];

    static {
        for (Property property : values()) {
            BY_ID[property.id] = property;
        }
    }

    private final int id;
    private final Kind kind;
    /** One bit per packet type. */
    private final int carriers;

    Property(int id, Kind kind, PacketType first, PacketType... more) {
        this.id = id;
        this.kind = kind;
        int bits = 1 << first.number();
        for (PacketType carrier : more) {
            bits |= 1 << carrier.number();
        }
        this.carriers = bits;
    }

    int id() {
        return id;
    }

    Kind kind() {
        return kind;
    }

    boolean mayStandIn(PacketType carrier) {
        int number = carrier == PacketType.KEPT ? PUBLISH.number() : carrier.number();
        return (carriers >>> number & 1) == 1;
    }

    static Property of(int id) {
        Property property = id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
        if (property == null) {
            throw Broken.malformed("the standard has no property " + id);
        }
        return property;
    }
}
