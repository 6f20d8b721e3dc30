package org.fieldward.edge.ingest.packet;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;

/** What {@link PacketReader} found next in the bytes of a client. */
public sealed interface Inbound {

    /** The bytes end inside a packet. */
    record Nothing() implements Inbound {}

    /** Not MQTT, or not allowed here: the connection must end. The rule is for a log and holds nothing of the client's. */
    record Violation(Reason reason, String rule) implements Inbound {}

    /** The protocol that a client chose in its CONNECT. */
    enum Version {
        V3_1(3),
        V3_1_1(4),
        V5(5);

        private final int level;

        Version(int level) {
            this.level = level;
        }

        int level() {
            return level;
        }

        public boolean is5() {
            return this == V5;
        }
    }

    /** What the server has to say when a client is gone. */
    record Will(String topic, ByteString payload, int qos, boolean retain, Properties properties) {}

    /**
     * The first packet of a client.
     *
     * @param keepAlive seconds, 0 for none
     * @param clientId may be empty
     */
    record Connect(
            Version version,
            boolean cleanStart,
            int keepAlive,
            String clientId,
            Optional<Will> will,
            Optional<String> username,
            Optional<ByteString> password,
            Properties properties)
            implements Inbound {

        /** Without the password. */
        @Override
        public String toString() {
            return "Connect[" + version + ", clientId=" + clientId + "]";
        }
    }

    /**
     * A message.
     *
     * @param topic empty where MQTT 5 uses an alias only
     * @param packetId 0 with QoS 0
     */
    record Publish(
            String topic,
            int qos,
            boolean duplicate,
            boolean retain,
            int packetId,
            ByteString payload,
            Properties properties)
            implements Inbound {}

    /** PUBACK, PUBREC, PUBREL or PUBCOMP. */
    record Ack(PacketType type, int packetId, int reason) implements Inbound {}

    /**
     * One filter of a SUBSCRIBE.
     *
     * @param retainHandling 0 send retained messages, 1 only if the subscription is new, 2 never
     */
    record Request(String filter, int qos, boolean noLocal, boolean retainAsPublished, int retainHandling) {}

    record Subscribe(int packetId, List<Request> requests, Optional<Integer> identifier) implements Inbound {
        public Subscribe {
            requests = List.copyOf(requests);
        }
    }

    record Unsubscribe(int packetId, List<String> filters) implements Inbound {
        public Unsubscribe {
            filters = List.copyOf(filters);
        }
    }

    record PingRequest() implements Inbound {}

    /** A goodbye; with reason 0 the will must not be sent. */
    record Disconnect(int reason, Properties properties) implements Inbound {}
}
