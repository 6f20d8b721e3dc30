package org.fieldward.edge.ingest.door;

import static org.fieldward.edge.fuzz.Check.that;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.fieldward.edge.ingest.door.ServerBytes.Packet;
import org.fieldward.edge.ingest.packet.Inbound;
import org.fieldward.edge.ingest.packet.Inbound.Connect;
import org.fieldward.edge.ingest.packet.Inbound.Publish;
import org.fieldward.edge.ingest.packet.PacketReader;
import org.fieldward.edge.ingest.packet.PacketType;
import org.fieldward.edge.ingest.packet.Property;

/** What one connection of a client sent, and whether all that came back may come back. */
final class FuzzClient {

    /** A publish of QoS 1 that waits for its PUBACK. */
    private record Waiting(int packetId, boolean stored) {}

    private final PacketReader sent;
    private final BooleanSupplier acknowledged;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Set<Integer> published = new HashSet<>();
    private final Set<Integer> released = new HashSet<>();
    private final Set<Integer> asked = new HashSet<>();
    private final Map<Integer, String> aliases = new HashMap<>();
    private final Set<Integer> heard = new HashSet<>();
    private final Set<Integer> known = new HashSet<>();
    private Optional<Connect> connect = Optional.empty();
    private boolean device;
    private boolean welcomed;
    private boolean over;
    private boolean broken;
    /** It answered what had not come yet, so that nobody knows what it is still to answer. */
    private boolean hasty;

    private int pings;

    /** @param acknowledged told of each PUBACK for a publish that had to be stored; whether it may have been */
    FuzzClient(int maxPacketBytes, BooleanSupplier acknowledged) {
        sent = new PacketReader(maxPacketBytes);
        this.acknowledged = acknowledged;
    }

    boolean isWelcome() {
        return welcomed && !over;
    }

    boolean waits() {
        return !waiting.isEmpty();
    }

    boolean isBroken() {
        return broken;
    }

    void sends(byte[] bytes) {
        if (broken) {
            return;
        }
        sent.feed(bytes.clone());
        for (Inbound next = sent.next(); !(next instanceof Inbound.Nothing); next = sent.next()) {
            if (next instanceof Inbound.Violation) {
                broken = true;
                return;
            }
            note(next);
        }
    }

    private void note(Inbound packet) {
        switch (packet) {
            case Connect one -> {
                connect = Optional.of(one);
                device = FuzzDoorkeeper.isDevice(one.username().orElse(""));
            }
            case Publish publish -> {
                int alias =
                        (int) publish.properties().number(Property.TOPIC_ALIAS).orElse(0);
                String topic = publish.topic().isEmpty() ? aliases.getOrDefault(alias, "") : publish.topic();
                aliases.put(alias, topic);
                if (publish.qos() == 1) {
                    waiting.add(new Waiting(publish.packetId(), device && FuzzDoorkeeper.isStored(topic)));
                } else if (publish.qos() == 2) {
                    published.add(publish.packetId());
                }
            }
            case Inbound.Ack ack -> {
                if (ack.type() == PacketType.PUBREL) {
                    released.add(ack.packetId());
                } else {
                    hasty |= !heard.contains(ack.packetId());
                    if (ack.type() != PacketType.PUBREC || ack.reason() >= 0x80) {
                        heard.remove(ack.packetId());
                    }
                }
            }
            case Inbound.Subscribe subscribe -> asked.add(subscribe.packetId());
            case Inbound.Unsubscribe unsubscribe -> asked.add(unsubscribe.packetId());
            case Inbound.PingRequest ping -> pings++;
            case Inbound.Disconnect disconnect -> {}
            case Inbound.Nothing nothing -> {}
            case Inbound.Violation violation -> {}
        }
    }

    void receives(byte[] bytes) {
        boolean is5 = connect.filter(one -> one.version().is5()).isPresent();
        for (Packet packet : new ServerBytes(is5).read(bytes)) {
            that(!over, "nothing comes after a goodbye");
            that(welcomed != (packet.type() == ServerBytes.CONNACK), "a CONNACK comes first, and once");
            check(packet);
            that(packet.size() <= most(), "no packet is larger than the client takes");
        }
    }

    private void check(Packet packet) {
        switch (packet.type()) {
            case ServerBytes.CONNACK -> {
                welcomed = true;
                over = packet.reason() != 0;
            }
            case ServerBytes.PUBLISH -> publish(packet);
            case ServerBytes.PUBACK -> {
                that(!waiting.isEmpty(), "a PUBACK answers a publish");
                Waiting first = waiting.remove();
                that(first.packetId == packet.packetId(), "PUBACKs come in the order of their publishes");
                boolean kept = packet.reason() < 0x80 || packet.reason() == 0x99;
                that(!first.stored || !kept || acknowledged.getAsBoolean(), "what is acknowledged is stored");
            }
            case ServerBytes.PUBREC -> that(published.contains(packet.packetId()), "a PUBREC answers a publish");
            case ServerBytes.PUBCOMP -> that(released.contains(packet.packetId()), "a PUBCOMP answers a PUBREL");
            case ServerBytes.SUBACK, ServerBytes.UNSUBACK ->
                that(asked.contains(packet.packetId()), "an answer has a question");
            case ServerBytes.PINGRESP -> that(--pings >= 0, "a PINGRESP answers a PINGREQ");
            case ServerBytes.DISCONNECT -> over = true;
            default -> {}
        }
    }

    private void publish(Packet packet) {
        if (packet.topic().isEmpty()) {
            that(known.contains(packet.alias()), "an alias was announced");
        }
        that(packet.alias() <= number(Property.TOPIC_ALIAS_MAXIMUM, 0), "an alias is one that the client allows");
        known.add(packet.alias());
        if (packet.packetId() > 0 && !hasty) {
            that(heard.add(packet.packetId()), "an identifier is used once at a time");
            that(heard.size() <= number(Property.RECEIVE_MAXIMUM, 65_535), "no more than the client takes at a time");
        }
    }

    private long most() {
        return number(Property.MAXIMUM_PACKET_SIZE, Integer.MAX_VALUE);
    }

    private long number(Property property, long otherwise) {
        return connect.map(one -> one.properties().number(property).orElse(otherwise))
                .orElse(otherwise);
    }
}
