package org.fieldward.edge.ingest.packet;

/** Reason codes of MQTT 5 (section 2.4) that this door gives, with what MQTT 3.1.1 says instead in a CONNACK. */
public enum Reason {
    SUCCESS(0x00, 0),
    NO_MATCHING_SUBSCRIBERS(0x10, 0),
    NO_SUBSCRIPTION_EXISTED(0x11, 0),
    UNSPECIFIED_ERROR(0x80, 3),
    MALFORMED_PACKET(0x81, 3),
    PROTOCOL_ERROR(0x82, 3),
    UNSUPPORTED_PROTOCOL_VERSION(0x84, 1),
    CLIENT_IDENTIFIER_NOT_VALID(0x85, 2),
    BAD_USER_NAME_OR_PASSWORD(0x86, 4),
    NOT_AUTHORIZED(0x87, 5),
    SERVER_UNAVAILABLE(0x88, 3),
    SERVER_BUSY(0x89, 3),
    SERVER_SHUTTING_DOWN(0x8B, 3),
    BAD_AUTHENTICATION_METHOD(0x8C, 5),
    KEEP_ALIVE_TIMEOUT(0x8D, 3),
    SESSION_TAKEN_OVER(0x8E, 3),
    TOPIC_FILTER_INVALID(0x8F, 3),
    TOPIC_NAME_INVALID(0x90, 3),
    PACKET_IDENTIFIER_NOT_FOUND(0x92, 3),
    RECEIVE_MAXIMUM_EXCEEDED(0x93, 3),
    TOPIC_ALIAS_INVALID(0x94, 3),
    PACKET_TOO_LARGE(0x95, 3),
    QUOTA_EXCEEDED(0x97, 3),
    PAYLOAD_FORMAT_INVALID(0x99, 3);

    private final int code;
    private final int connectReturnCode;

    Reason(int code, int connectReturnCode) {
        this.code = code;
        this.connectReturnCode = connectReturnCode;
    }

    public int code() {
        return code;
    }

    /** For a CONNACK of MQTT 3.1 and 3.1.1 (section 3.2.2.3). */
    int connectReturnCode() {
        return connectReturnCode;
    }

    public boolean isError() {
        return code >= 0x80;
    }
}
