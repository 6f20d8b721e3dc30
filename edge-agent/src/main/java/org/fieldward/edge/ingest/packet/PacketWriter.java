package org.fieldward.edge.ingest.packet;

import com.google.protobuf.ByteString;
import java.util.List;
import org.fieldward.edge.ingest.packet.Inbound.Version;

/** Collects packets for one client until they are sent together. Used by one thread. */
public final class PacketWriter {

    /** A CONNACK with a reason string, at most, without its characters. */
    private static final int REFUSAL_BYTES = 16;

    private final PacketBytes out = new PacketBytes();
    private Version version = Version.V3_1_1;
    private int maxPacketBytes = Integer.MAX_VALUE;
    private boolean explains;

    /**
     * What the client said of itself.
     *
     * @param maxClientBytes the largest packet it takes
     * @param explain whether it wants to be told reasons in words (MQTT 5, section 3.1.2.11.7)
     */
    public void client(Version chosen, int maxClientBytes, boolean explain) {
        version = chosen;
        maxPacketBytes = maxClientBytes;
        explains = explain;
    }

    public int size() {
        return out.size();
    }

    public boolean isEmpty() {
        return out.size() == 0;
    }

    /** All that was written since the last call. */
    public byte[] take() {
        return out.take();
    }

    public void connAck(boolean sessionPresent, Reason reason, Properties properties) {
        var body = new PacketBytes();
        body.put(sessionPresent ? 1 : 0);
        if (version.is5()) {
            body.put(reason.code());
            properties.writeTo(body);
        } else {
            body.put(reason.connectReturnCode());
        }
        packet(PacketType.CONNACK, 0, body);
    }

    /** A CONNACK that lets nobody in, with a reason string where there is room for it. */
    public void refuse(Reason reason, String why) {
        Properties said = Properties.builder().text(Property.REASON_STRING, why).build();
        boolean fits = version.is5() && !why.isEmpty() && REFUSAL_BYTES + 3L * why.length() <= maxPacketBytes;
        connAck(false, reason, fits ? said : Properties.NONE);
    }

    /** PUBACK, PUBREC, PUBREL or PUBCOMP; before MQTT 5 the reason cannot be said. */
    public void ack(PacketType type, int packetId, Reason reason) {
        ack(type, packetId, reason, "");
    }

    /** @param why for the people who look after the device; empty for nothing to say */
    public void ack(PacketType type, int packetId, Reason reason, String why) {
        int flags = type == PacketType.PUBREL ? 2 : 0;
        if (!version.is5() || reason == Reason.SUCCESS) {
            out.put(type.number() << 4 | flags);
            out.put(2);
            out.putShort(packetId);
            return;
        }
        var body = new PacketBytes();
        body.putShort(packetId);
        body.put(reason.code());
        putReason(body, why);
        packet(type, flags, body);
    }

    /** A reason string where there is one and it fits; without it a packet of MQTT 5 may end earlier. */
    private void putReason(PacketBytes body, String why) {
        if (!why.isEmpty() && explains && body.size() + why.length() * 3 + 12 < maxPacketBytes) {
            Properties.builder().text(Property.REASON_STRING, why).build().writeTo(body);
        }
    }

    /** Each code is the granted QoS, or an MQTT 5 reason code from 0x80 on. */
    public void subAck(int packetId, List<Integer> codes) {
        var body = new PacketBytes();
        body.putShort(packetId);
        if (version.is5()) {
            body.put(0);
        }
        codes.forEach(code -> body.put(version.is5() ? code : Math.min(code, 0x80)));
        packet(PacketType.SUBACK, 0, body);
    }

    public void unsubAck(int packetId, List<Reason> reasons) {
        var body = new PacketBytes();
        body.putShort(packetId);
        if (version.is5()) {
            body.put(0);
            reasons.forEach(reason -> body.put(reason.code()));
        }
        packet(PacketType.UNSUBACK, 0, body);
    }

    /**
     * Writes the packet unless it is larger than the client takes.
     *
     * @param packetId ignored with QoS 0
     * @return whether it was written
     */
    public boolean publish(Outgoing message, int packetId, boolean duplicate) {
        var head = new PacketBytes();
        head.putText(message.topic());
        if (message.qos() > 0) {
            head.putShort(packetId);
        }
        if (version.is5()) {
            message.properties().writeTo(head);
        }
        int length = head.size() + message.payload().size();
        if (1L + PacketBytes.variableLength(length) + length > maxPacketBytes) {
            return false;
        }
        int flags = (duplicate ? 8 : 0) | message.qos() << 1 | (message.retain() ? 1 : 0);
        out.put(PacketType.PUBLISH.number() << 4 | flags);
        out.putVariable(length);
        out.putAll(head);
        out.putAll(message.payload());
        return true;
    }

    /** A message for one client. */
    public record Outgoing(String topic, ByteString payload, int qos, boolean retain, Properties properties) {

        /** What it takes in memory, roughly. */
        public int bytes() {
            return topic.length() + payload.size();
        }

        public Outgoing withTopic(String other) {
            return new Outgoing(other, payload, qos, retain, properties);
        }

        public Outgoing with(Property property, long value) {
            return new Outgoing(topic, payload, qos, retain, properties.with(property, value));
        }
    }

    public void pingResponse() {
        out.put(PacketType.PINGRESP.number() << 4);
        out.put(0);
    }

    /** Does nothing before MQTT 5, where only a client may say goodbye. */
    public void disconnect(Reason reason, String why) {
        if (version.is5()) {
            var body = new PacketBytes();
            body.put(reason.code());
            putReason(body, why);
            packet(PacketType.DISCONNECT, 0, body);
        }
    }

    /** What is larger than the client takes counts as sent (MQTT 5, section 3.1.2.11.4). */
    private void packet(PacketType type, int flags, PacketBytes body) {
        if (1L + PacketBytes.variableLength(body.size()) + body.size() > maxPacketBytes) {
            return;
        }
        out.put(type.number() << 4 | flags);
        out.putVariable(body.size());
        out.putAll(body);
    }
}
