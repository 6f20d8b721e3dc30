package org.fieldward.edge.decode.sparkplug;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Arrival;
import org.fieldward.edge.decode.Decoded.Refused;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Fault;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.sparkplug.Payload;

/**
 * All publishers of Sparkplug B, each known by its login. What births said is kept in memory only: after a restart every
 * node is asked for a birth again. Bounded: the node that was silent longest is forgotten first, and asked when it
 * speaks. Thread-safe.
 */
public final class Sparkplug {

    static final int MAX_NODES = 10_000;

    /** Names and aliases of all nodes together, some tens of megabytes. */
    static final int MAX_REMEMBERED = 200_000;

    private final Normaliser normaliser;
    private final Map<DeviceId, SparkplugNode> nodes = new LinkedHashMap<>(16, 0.75f, true);
    private int remembered;

    public Sparkplug(Normaliser normaliser) {
        this.normaliser = normaliser;
    }

    /** @param arrivals asked once for the message and once for each reading */
    public Heard hear(DeviceId login, Format.Sparkplug topic, ByteString payload, Supplier<Arrival> arrivals) {
        Payload message;
        try {
            message = parse(payload.toByteArray());
        } catch (Fault fault) {
            forgetBefore(login, topic);
            return Heard.refused(new Refused(fault.reason(), fault.detail()));
        }
        synchronized (this) {
            SparkplugNode node = nodes.computeIfAbsent(login, id -> new SparkplugNode(id, normaliser));
            int before = node.size();
            Heard heard = node.hear(topic, message, arrivals);
            remembered += node.size() - before;
            makeRoom();
            return heard;
        }
    }

    private synchronized void forgetBefore(DeviceId login, Format.Sparkplug topic) {
        SparkplugNode node = nodes.get(login);
        if (node != null) {
            int before = node.size();
            node.forgetBefore(topic);
            remembered += node.size() - before;
        }
    }

    /** What the coming or going of a login's connection means for the devices behind it. */
    public synchronized List<DeviceStatus> connection(DeviceStatus of) {
        SparkplugNode node = nodes.get(of.device());
        if (node == null) {
            return List.of();
        }
        int before = node.size();
        List<DeviceStatus> changed = node.connection(of);
        remembered += node.size() - before;
        return changed;
    }

    /** For a payload that was kept: reads what stands in it, without anything that a birth might have said. */
    public Decoder.Parser alone(Format.Sparkplug topic) {
        return (device, payload, arrivals) -> {
            Heard heard = new SparkplugNode(device, normaliser).hear(topic, parse(payload), arrivals);
            heard.refused().ifPresent(refused -> {
                throw new Fault(refused.reason(), refused.detail());
            });
            if (heard.readings().isEmpty()) {
                throw Fault.missing("the message holds no vital sign");
            }
            return heard.readings();
        };
    }

    private void makeRoom() {
        while (nodes.size() > MAX_NODES || (remembered > MAX_REMEMBERED && nodes.size() > 1)) {
            var eldest = nodes.entrySet().iterator();
            remembered -= eldest.next().getValue().size();
            eldest.remove();
        }
    }

    private static Payload parse(byte[] payload) {
        try {
            return Payload.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw new Fault(RejectReason.UNREADABLE, "not a Sparkplug B payload");
        }
    }
}
