package org.fieldward.edge.ingest.door;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.ingest.Outcome;
import org.fieldward.edge.ingest.access.Doorkeeper.Publishing;
import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.edge.ingest.packet.Inbound.Connect;
import org.fieldward.edge.ingest.packet.Inbound.Publish;
import org.fieldward.edge.ingest.packet.Inbound.Request;
import org.fieldward.edge.ingest.packet.Inbound.Subscribe;
import org.fieldward.edge.ingest.packet.Inbound.Unsubscribe;
import org.fieldward.edge.ingest.packet.Inbound.Version;
import org.fieldward.edge.ingest.packet.Inbound.Will;
import org.fieldward.edge.ingest.packet.PacketWriter;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;
import org.fieldward.edge.ingest.packet.Properties;
import org.fieldward.edge.ingest.packet.Reason;
import org.fieldward.edge.ingest.topic.Delivery;
import org.fieldward.edge.ingest.topic.LocalMessage;
import org.fieldward.edge.ingest.topic.SharedFilter;
import org.fieldward.edge.ingest.topic.Subscription;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus.Status;

/** What one client that came in may do, has asked for and leaves behind. Lives as long as its connection. Event loop only. */
final class Session {

    private static final int MAX_SUBSCRIPTIONS = 1000;

    private final MqttDoor door;
    private final Connection connection;
    private final Sessions.Key key;
    private final boolean is5;
    private final long silenceMillis;
    private final Uplink uplink;
    private final Downlink downlink;
    private final Map<String, Subscription> subscriptions = new HashMap<>();
    private Optional<Will> will;
    private boolean goodbye;
    private String lastTopic = "";
    private Publishing lastPublishing = new Publishing.Denied();

    Session(MqttDoor door, Connection connection, Sessions.Key key, Connect connect) {
        this.door = door;
        this.connection = connection;
        this.key = key;
        is5 = connect.version() == Version.V5;
        will = connect.will();
        silenceMillis = Greeting.silenceMillis(connect, door.limits());
        uplink = new Uplink(is5, door.limits().receiveMaximum(), connection::wakeSoon);
        downlink = new Downlink(
                Greeting.receiveMaximum(connect),
                Greeting.maxPacketBytes(connect),
                door.limits().maxQueuedMessages());
    }

    Identity identity() {
        return key.identity();
    }

    long silenceMillis() {
        return silenceMillis;
    }

    Uplink uplink() {
        return uplink;
    }

    Downlink downlink() {
        return downlink;
    }

    void begin() {
        door.sessions().enter(key, connection).ifPresent(Connection::takenOver);
        if (key.identity() instanceof Identity.Device device) {
            door.announce(device.id(), Status.ONLINE);
        }
    }

    void route(String topic, Publish publish, Uplink.Pending pending) {
        // A device says one thing over and over: the permission of its last topic is remembered.
        if (!topic.equals(lastTopic)) {
            lastPublishing = door.doorkeeper().publishing(key.identity(), topic);
            lastTopic = topic;
        }
        switch (lastPublishing) {
            case Publishing.ToBuffer toBuffer -> {
                if (key.identity() instanceof Identity.Device device) {
                    Optional<Format> format = Uplink.format(toBuffer, publish);
                    door.intake().take(device.id(), format, topic, publish.payload(), pending);
                } else {
                    pending.accept(new Outcome.Denied());
                }
            }
            case Publishing.Local local -> {
                var message = new LocalMessage(
                        topic,
                        publish.payload(),
                        publish.qos(),
                        publish.retain(),
                        publish.properties().forwarded(List.of()));
                pending.accept(new Outcome.Delivered(door.topics().publish(message, connection)));
            }
            case Publishing.Denied denied -> {
                door.counters().denied().increment();
                pending.accept(new Outcome.Denied());
            }
        }
    }

    void subscribe(Subscribe subscribe, PacketWriter out) {
        var codes = new ArrayList<Integer>();
        var kept = new ArrayList<Outgoing>();
        for (Request request : subscribe.requests()) {
            Optional<Reason> refusal = refusal(request);
            codes.add(refusal.map(Reason::code).orElse(request.qos()));
            if (refusal.isEmpty()) {
                SharedFilter.of(request.filter())
                        .ifPresent(wanted -> add(request, wanted, subscribe.identifier(), kept));
            }
        }
        out.subAck(subscribe.packetId(), codes);
        downlink.offerRetained(kept);
    }

    private Optional<Reason> refusal(Request request) {
        Optional<SharedFilter> wanted = SharedFilter.of(request.filter());
        if (wanted.isEmpty()) {
            return Optional.of(Reason.TOPIC_FILTER_INVALID);
        }
        if (!door.doorkeeper().maySubscribe(key.identity(), wanted.get().filter())) {
            return Optional.of(Reason.NOT_AUTHORIZED);
        }
        return subscriptions.size() >= MAX_SUBSCRIPTIONS && !subscriptions.containsKey(request.filter())
                ? Optional.of(Reason.QUOTA_EXCEEDED)
                : Optional.empty();
    }

    private void add(Request request, SharedFilter wanted, Optional<Integer> identifier, List<Outgoing> kept) {
        var subscription = new Subscription(
                connection,
                wanted.group(),
                wanted.filter(),
                request.qos(),
                request.noLocal(),
                request.retainAsPublished(),
                identifier);
        subscriptions.put(request.filter(), subscription);
        boolean fresh = door.topics().subscribe(subscription);
        if (request.retainHandling() == 0 || (request.retainHandling() == 1 && fresh)) {
            door.topics().retained(subscription).forEach(delivery -> kept.add(outgoing(delivery)));
        }
    }

    void unsubscribe(Unsubscribe unsubscribe, PacketWriter out) {
        var reasons = new ArrayList<Reason>();
        for (String text : unsubscribe.filters()) {
            Optional<Subscription> known = Optional.ofNullable(subscriptions.remove(text));
            known.ifPresent(door.topics()::unsubscribe);
            reasons.add(known.isPresent() ? Reason.SUCCESS : Reason.NO_SUBSCRIPTION_EXISTED);
        }
        out.unsubAck(unsubscribe.packetId(), reasons);
    }

    /** Returns false if the client is too slow. */
    boolean offer(Delivery delivery) {
        return downlink.offer(outgoing(delivery));
    }

    private Outgoing outgoing(Delivery delivery) {
        LocalMessage message = delivery.message();
        Properties properties = is5 ? message.properties().forwarded(delivery.identifiers()) : Properties.NONE;
        return new Outgoing(message.topic(), message.payload(), delivery.qos(), delivery.retain(), properties);
    }

    void sentTooLarge() {
        if (key.identity() instanceof Identity.Device device) {
            door.intake().tooLarge(device.id());
        }
    }

    void saidGoodbye(boolean withoutWill) {
        if (withoutWill) {
            goodbye = true;
            will = Optional.empty();
        }
    }

    /** What it left to be said must not be said: its account is gone, or the gateway goes. */
    void forgetWill() {
        will = Optional.empty();
    }

    /** The connection is closed, for whatever reason. */
    void finish() {
        subscriptions.values().forEach(door.topics()::unsubscribe);
        boolean last = door.sessions().leave(key, connection);
        will.ifPresent(this::execute);
        if (last && !door.isClosing() && key.identity() instanceof Identity.Device device) {
            door.announce(device.id(), goodbye ? Status.OFFLINE : Status.LOST);
        }
    }

    private void execute(Will left) {
        var message = new LocalMessage(
                left.topic(),
                left.payload(),
                left.qos(),
                left.retain(),
                left.properties().forwarded(List.of()));
        switch (door.doorkeeper().publishing(key.identity(), left.topic())) {
            case Publishing.ToBuffer toBuffer -> {
                if (key.identity() instanceof Identity.Device device) {
                    executeOfDevice(device.id(), toBuffer.format(), message);
                }
            }
            case Publishing.Local local -> door.topics().publish(message, connection);
            case Publishing.Denied denied -> door.counters().denied().increment();
        }
    }

    private void executeOfDevice(DeviceId device, Optional<Format> format, LocalMessage message) {
        if (format.isPresent()) {
            door.intake().take(device, format, message.topic(), message.payload(), outcome -> {});
        } else if (!message.topic().equals(MqttDoor.statusTopic(device))) {
            // The status topic is the gateway's own word.
            door.topics().publish(message, connection);
        }
    }
}
