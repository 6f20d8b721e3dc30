package org.fieldward.edge.ingest.door;

import java.util.Optional;
import org.fieldward.edge.ingest.door.DoorSettings.Limits;
import org.fieldward.edge.ingest.packet.Inbound.Connect;
import org.fieldward.edge.ingest.packet.Inbound.Version;
import org.fieldward.edge.ingest.packet.PacketWriter;
import org.fieldward.edge.ingest.packet.Properties;
import org.fieldward.edge.ingest.packet.Property;
import org.fieldward.edge.ingest.packet.Reason;

/** What CONNECT and CONNACK say to each other. Pure. */
final class Greeting {

    private static final int NO_RECEIVE_MAXIMUM = 65_535;

    /** Where devices answer commands: {@code answers/DEVICE/...}. */
    private static final String RESPONSES = "answers";

    private Greeting() {}

    /** Whether a CONNECT must be refused whoever sends it. */
    static Optional<Reason> refusal(Connect connect) {
        if (connect.properties().text(Property.AUTHENTICATION_METHOD).isPresent()) {
            return Optional.of(Reason.BAD_AUTHENTICATION_METHOD);
        }
        boolean mayBeEmpty = switch (connect.version()) {
            case V3_1 -> false;
            case V3_1_1 -> connect.cleanStart();
            case V5 -> true;
        };
        return connect.clientId().isEmpty() && !mayBeEmpty
                ? Optional.of(Reason.CLIENT_IDENTIFIER_NOT_VALID)
                : Optional.empty();
    }

    /** Whether the client's keepalive is replaced by ours, which only MQTT 5 can say. */
    static boolean isKeepAliveOurs(Connect connect, Limits limits) {
        return connect.keepAlive() == 0
                || connect.keepAlive() > limits.idleLimit().toSeconds();
    }

    /** How long the client may be silent before it counts as lost. */
    static long silenceMillis(Connect connect, Limits limits) {
        if (connect.version() != Version.V5 && connect.keepAlive() == 0) {
            return limits.idleLimit().toMillis();
        }
        long seconds = connect.version() == Version.V5 && isKeepAliveOurs(connect, limits)
                ? limits.idleLimit().toSeconds()
                : connect.keepAlive();
        // The standard gives one and a half times the interval (MQTT 5, section 3.1.2.10).
        return seconds * 1500;
    }

    /** How long the session is kept when the connection is gone; before MQTT 5 a client says only whether. */
    static long expirySeconds(Connect connect, Limits limits) {
        long longest = limits.sessions().maxExpirySeconds();
        if (connect.version() != Version.V5) {
            return connect.cleanStart() ? 0 : longest;
        }
        return Math.min(connect.properties().number(Property.SESSION_EXPIRY).orElse(0), longest);
    }

    static int topicAliasMaximum(Connect connect) {
        return (int) connect.properties().number(Property.TOPIC_ALIAS_MAXIMUM).orElse(0);
    }

    static boolean wantsProblemInformation(Connect connect) {
        return connect.properties().number(Property.REQUEST_PROBLEM_INFORMATION).orElse(1) == 1;
    }

    static int receiveMaximum(Connect connect) {
        return (int) connect.properties().number(Property.RECEIVE_MAXIMUM).orElse(NO_RECEIVE_MAXIMUM);
    }

    static int maxPacketBytes(Connect connect) {
        long bytes = connect.properties().number(Property.MAXIMUM_PACKET_SIZE).orElse(Integer.MAX_VALUE);
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    /**
     * Says what this door does not do, or does otherwise than was asked.
     *
     * @return false if the client does not take a packet as large as that
     */
    static boolean accept(Connect connect, String clientId, boolean present, Limits limits, PacketWriter out) {
        if (connect.version() != Version.V5) {
            out.connAck(present && connect.version() != Version.V3_1, Reason.SUCCESS, Properties.NONE);
            return true;
        }
        Properties.Builder said = Properties.builder().number(Property.TOPIC_ALIAS_MAXIMUM, Uplink.MAX_ALIAS);
        if (limits.receiveMaximum() < NO_RECEIVE_MAXIMUM) {
            said.number(Property.RECEIVE_MAXIMUM, limits.receiveMaximum());
        }
        if (limits.maxPacketBytes() < DoorSettings.PROTOCOL_MAX_PACKET) {
            said.number(Property.MAXIMUM_PACKET_SIZE, limits.maxPacketBytes());
        }
        long expiry = expirySeconds(connect, limits);
        if (connect.properties().number(Property.SESSION_EXPIRY).orElse(0) != expiry) {
            said.number(Property.SESSION_EXPIRY, expiry);
        }
        if (connect.properties().number(Property.REQUEST_RESPONSE_INFORMATION).orElse(0) == 1) {
            said.text(Property.RESPONSE_INFORMATION, RESPONSES);
        }
        if (connect.clientId().isEmpty()) {
            said.text(Property.ASSIGNED_CLIENT_IDENTIFIER, clientId);
        }
        if (isKeepAliveOurs(connect, limits)) {
            said.number(Property.SERVER_KEEP_ALIVE, limits.idleLimit().toSeconds());
        }
        out.connAck(present, Reason.SUCCESS, said.build());
        return !out.isEmpty();
    }
}
