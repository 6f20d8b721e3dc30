package org.fieldward.edge.ingest.door;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.ingest.Outcome;
import org.fieldward.edge.ingest.access.Doorkeeper.Publishing;
import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.edge.ingest.packet.Inbound.Connect;
import org.fieldward.edge.ingest.packet.Inbound.Disconnect;
import org.fieldward.edge.ingest.packet.Inbound.Publish;
import org.fieldward.edge.ingest.packet.Inbound.Request;
import org.fieldward.edge.ingest.packet.Inbound.Subscribe;
import org.fieldward.edge.ingest.packet.Inbound.Unsubscribe;
import org.fieldward.edge.ingest.packet.Inbound.Version;
import org.fieldward.edge.ingest.packet.Inbound.Will;
import org.fieldward.edge.ingest.packet.PacketWriter;
import org.fieldward.edge.ingest.packet.Property;
import org.fieldward.edge.ingest.packet.Reason;
import org.fieldward.edge.ingest.session.Attachment;
import org.fieldward.edge.ingest.session.Author;
import org.fieldward.edge.ingest.session.Receipt;
import org.fieldward.edge.ingest.session.Session;
import org.fieldward.edge.ingest.session.Sessions.Entered;
import org.fieldward.edge.ingest.session.Sessions.Farewell;
import org.fieldward.edge.ingest.session.Sessions.Left;
import org.fieldward.edge.ingest.topic.LocalMessage;
import org.fieldward.edge.ingest.topic.LocalTopics.Reached;
import org.fieldward.edge.ingest.topic.SharedFilter;
import org.fieldward.edge.ingest.topic.Subscription;
import org.fieldward.proto.reading.DeviceStatus.Status;

/** What one client that came in does from CONNACK to the end of its connection. Event loop only. */
final class Visit {

    /** What one SUBSCRIBE may ask for; beyond it filters are refused. */
    private static final int MAX_FILTERS_AT_ONCE = 1_000;

    private final MqttDoor door;
    private final Session session;
    private final Identity identity;
    private final boolean is5;
    private final boolean tookOver;
    private final long silenceMillis;
    private final Uplink uplink;
    private final Downlink downlink;
    private final PacketWriter out;
    private long expirySeconds;
    private Optional<Will> will;
    private boolean begun;
    private boolean goodbye;
    private String lastTopic = "";
    private Publishing lastPublishing = new Publishing.Denied();

    Visit(MqttDoor door, Entered entered, Connect connect, PacketWriter out, Attachment connection) {
        this.door = door;
        session = entered.session();
        tookOver = entered.tookOver();
        this.out = out;
        identity = session.key().identity();
        is5 = connect.version() == Version.V5;
        will = connect.will();
        expirySeconds = Greeting.expirySeconds(connect, door.limits());
        silenceMillis = Greeting.silenceMillis(connect, door.limits());
        uplink = new Uplink(is5, session, door.limits().receiveMaximum(), connection::wakeSoon);
        downlink = new Downlink(
                session.outbox(),
                connection,
                out,
                Greeting.receiveMaximum(connect),
                Greeting.topicAliasMaximum(connect));
    }

    Identity identity() {
        return identity;
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

    /** The client was told that it is in. */
    void begin() {
        begun = true;
        if (identity instanceof Identity.Device device) {
            door.announce(device.id(), Status.ONLINE);
        }
    }

    /** To the buffer, to the ward, or nowhere: the outcome settles what waits for it. */
    void route(String topic, Publish publish, Uplink.Pending pending) {
        Consumer<Outcome> settled = publish.qos() == 2 ? remembering(publish.packetId(), pending) : pending;
        // A device publishes to one thing over and over: the permission of its last topic is remembered.
        if (!topic.equals(lastTopic)) {
            lastPublishing = door.doorkeeper().publishing(identity, topic);
            lastTopic = topic;
        }
        switch (lastPublishing) {
            case Publishing.ToBuffer toBuffer -> {
                if (identity instanceof Identity.Device device) {
                    Optional<Format> format = Uplink.format(toBuffer, publish);
                    door.intake().take(device.id(), format, topic, publish.payload(), settled);
                } else {
                    settled.accept(new Outcome.Denied());
                }
            }
            case Publishing.Local local -> {
                OptionalLong expiry = publish.properties().number(Property.MESSAGE_EXPIRY);
                var message = new LocalMessage(
                        topic,
                        publish.payload(),
                        publish.qos(),
                        publish.retain(),
                        publish.properties().forwarded(List.of()),
                        door.deadline(expiry),
                        Author.text(identity));
                Reached reached = door.topics().publish(message, session);
                whenDurable(reached.durable(), () -> settled.accept(new Outcome.Delivered(reached.subscribers())));
            }
            case Publishing.Denied denied -> {
                door.counters().denied().increment();
                settled.accept(new Outcome.Denied());
            }
        }
    }

    /** A QoS 2 publish is answered once its identifier is as durable as its session. */
    private Consumer<Outcome> remembering(int packetId, Uplink.Pending pending) {
        Receipt receipt = session.receive(packetId);
        receipt.whenSettled(pending);
        return outcome -> {
            if (isLost(outcome)) {
                session.forget(packetId, receipt);
                receipt.accept(outcome);
                return;
            }
            if (!session.isDurable()) {
                receipt.accept(outcome);
                return;
            }
            session.remember(packetId, receipt);
            whenDurable(true, () -> receipt.accept(outcome));
        };
    }

    /** What was not stored was not received: the client's next attempt must be a first one. */
    private static boolean isLost(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Full full -> true;
            case Outcome.Failed failed -> true;
            case Outcome.Denied denied -> true;
            case Outcome.Accepted accepted -> false;
            case Outcome.Refused refused -> false;
            case Outcome.Delivered delivered -> false;
        };
    }

    private void whenDurable(boolean needed, Runnable action) {
        if (!needed) {
            action.run();
            return;
        }
        var unused = door.journal().settled().whenComplete((nothing, failure) -> action.run());
    }

    /** PUBCOMP frees the identifier for another publish, which must not be taken for this one after a power cut. */
    void released(int packetId) {
        Uplink.Pending completion = uplink.released(packetId);
        whenDurable(session.isDurable(), () -> completion.accept(new Outcome.Accepted()));
    }

    /** Completes when the answer may be given, with what gives it. */
    CompletionStage<Runnable> subscribe(Subscribe subscribe) {
        var codes = new ArrayList<Integer>();
        var curious = new ArrayList<Subscription>();
        for (Request request : subscribe.requests()) {
            // One packet may name a filter thousands of times, and each time asks for all that is retained.
            Optional<Reason> refusal =
                    codes.size() >= MAX_FILTERS_AT_ONCE ? Optional.of(Reason.QUOTA_EXCEEDED) : refusal(request);
            codes.add(refusal.map(Reason::code).orElse(request.qos()));
            if (refusal.isEmpty()) {
                SharedFilter.of(request.filter())
                        .ifPresent(wanted -> add(request, wanted, subscribe.identifier(), curious));
            }
        }
        return door.settled(session).thenApply(nothing -> () -> {
            out.subAck(subscribe.packetId(), codes);
            // Asked for now: of what was said since, the last word must not be followed by an earlier one.
            curious.forEach(one -> session.deliverRetained(door.topics().retained(one)));
        });
    }

    private Optional<Reason> refusal(Request request) {
        Optional<SharedFilter> wanted = SharedFilter.of(request.filter());
        if (wanted.isEmpty()) {
            return Optional.of(Reason.TOPIC_FILTER_INVALID);
        }
        if (!door.doorkeeper().maySubscribe(identity, wanted.get().filter())) {
            return Optional.of(Reason.NOT_AUTHORIZED);
        }
        return session.isFull(request.filter()) ? Optional.of(Reason.QUOTA_EXCEEDED) : Optional.empty();
    }

    private void add(Request request, SharedFilter wanted, Optional<Integer> identifier, List<Subscription> curious) {
        var subscription = new Subscription(
                session,
                wanted.group(),
                wanted.filter(),
                request.qos(),
                request.noLocal(),
                request.retainAsPublished(),
                identifier);
        boolean fresh = session.subscribe(request.filter(), subscription);
        if (request.retainHandling() == 0 || (request.retainHandling() == 1 && fresh)) {
            curious.add(subscription);
        }
    }

    /** Completes when the answer may be given, with one reason per filter. */
    CompletionStage<List<Reason>> unsubscribe(Unsubscribe unsubscribe) {
        var reasons = new ArrayList<Reason>();
        for (String text : unsubscribe.filters()) {
            reasons.add(session.unsubscribe(text) ? Reason.SUCCESS : Reason.NO_SUBSCRIPTION_EXISTED);
        }
        return door.settled(session).thenApply(nothing -> reasons);
    }

    void sentTooLarge() {
        if (identity instanceof Identity.Device device) {
            door.intake().tooLarge(device.id());
        }
    }

    /** Returns false if it asks for what a goodbye may not (MQTT 5, section 3.14.2.2.2). */
    boolean saidGoodbye(Disconnect disconnect) {
        OptionalLong expiry = disconnect.properties().number(Property.SESSION_EXPIRY);
        if (expiry.isPresent()) {
            if (expirySeconds == 0 && expiry.getAsLong() > 0) {
                return false;
            }
            expirySeconds =
                    Math.min(expiry.getAsLong(), door.limits().sessions().maxExpirySeconds());
        }
        if (disconnect.reason() == 0) {
            goodbye = true;
            will = Optional.empty();
        }
        return true;
    }

    /** What it left to be said must not be said: its account is gone, or the gateway goes. */
    void forgetWill() {
        will = Optional.empty();
    }

    /** The connection is closed, for whatever reason. */
    void finish(Attachment connection) {
        Left left = door.sessions()
                .leave(session, connection, expirySeconds, begun ? will : Optional.empty(), door.nowMillis());
        left.unsaid().forEach(farewell -> execute(door, farewell));
        // Who took over and was not told that it is in leaves as the one that it took over from.
        if ((begun || tookOver) && left.last() && !door.isClosing() && identity instanceof Identity.Device device) {
            door.announce(device.id(), goodbye ? Status.OFFLINE : Status.LOST);
        }
    }

    /** Says a will, if its author may still speak there. */
    static void execute(MqttDoor door, Farewell farewell) {
        if (!door.doorkeeper().isCurrent(farewell.identity())) {
            return;
        }
        Will left = farewell.will();
        var message = new LocalMessage(
                left.topic(),
                left.payload(),
                left.qos(),
                left.retain(),
                left.properties().forwarded(List.of()),
                door.deadline(left.properties().number(Property.MESSAGE_EXPIRY)),
                Author.text(farewell.identity()));
        switch (door.doorkeeper().publishing(farewell.identity(), left.topic())) {
            case Publishing.ToBuffer toBuffer -> {
                if (farewell.identity() instanceof Identity.Device device) {
                    executeOfDevice(door, device, toBuffer.format(), message);
                }
            }
            case Publishing.Local local -> door.topics().publish(message, null);
            case Publishing.Denied denied -> door.counters().denied().increment();
        }
    }

    private static void executeOfDevice(
            MqttDoor door, Identity.Device device, Optional<Format> format, LocalMessage message) {
        if (format.isPresent()) {
            door.intake().take(device.id(), format, message.topic(), message.payload(), outcome -> {});
        } else if (!message.topic().equals(MqttDoor.statusTopic(device.id()))) {
            // The status topic is the gateway's own word.
            door.topics().publish(message, null);
        }
    }
}
