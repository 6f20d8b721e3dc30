package org.fieldward.edge.ingest.packet;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.fieldward.edge.ingest.packet.Inbound.Version;

/** Collects packets for one client until they are sent together. Used by one thread. */
public final class PacketWriter {

    private final PacketBytes out = new PacketBytes();
    private Version version = Version.V3_1_1;

    public void version(Version chosen) {
        version = chosen;
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

    /** PUBACK, PUBREC, PUBREL or PUBCOMP; before MQTT 5 the reason cannot be said. */
    public void ack(PacketType type, int packetId, Reason reason) {
        boolean said = version.is5() && reason != Reason.SUCCESS;
        out.put(type.number() << 4 | (type == PacketType.PUBREL ? 2 : 0));
        out.put(said ? 3 : 2);
        out.putShort(packetId);
        if (said) {
            out.put(reason.code());
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
    public boolean publish(Outgoing message, int packetId, int maxPacketBytes) {
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
        out.put(PacketType.PUBLISH.number() << 4 | message.qos() << 1 | (message.retain() ? 1 : 0));
        out.putVariable(length);
        out.putAll(head);
        out.putAll(message.payload());
        return true;
    }

    /** A message for one client. */
    public record Outgoing(String topic, ByteString payload, int qos, boolean retain, Properties properties) {
        public int bytes() {
            return topic.getBytes(StandardCharsets.UTF_8).length + payload.size();
        }
    }

    public void pingResponse() {
        out.put(PacketType.PINGRESP.number() << 4);
        out.put(0);
    }

    /** Does nothing before MQTT 5, where only a client may say goodbye. */
    public void disconnect(Reason reason) {
        if (version.is5()) {
            out.put(PacketType.DISCONNECT.number() << 4);
            out.put(1);
            out.put(reason.code());
        }
    }

    private void packet(PacketType type, int flags, PacketBytes body) {
        out.put(type.number() << 4 | flags);
        out.putVariable(body.size());
        out.putAll(body);
    }
}
