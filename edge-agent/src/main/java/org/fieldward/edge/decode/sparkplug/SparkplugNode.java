package org.fieldward.edge.decode.sparkplug;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Arrival;
import org.fieldward.edge.decode.Decoded.Refused;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Draft;
import org.fieldward.edge.decode.Fault;
import org.fieldward.edge.decode.Format;
import org.fieldward.edge.decode.Format.Sparkplug.Verb;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.Written;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.DeviceStatus.Status;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.sparkplug.Metric;
import org.fieldward.proto.sparkplug.Payload;

/**
 * One publisher of Sparkplug B (version 3.0), as far as it was heard: decides what each of its messages comes to. Has no
 * clock and does nothing itself. Bounded. Not thread-safe.
 */
final class SparkplugNode {

    static final int MAX_METRICS = 1000;
    static final int MAX_DEVICES = 100;

    /** Also of those that are gone: each is a device of the ward, with topics and alarms of its own. */
    static final int MAX_NAMES = 1000;

    /** A node that does not answer is not asked with every message. */
    static final long ASK_AGAIN_MILLIS = 10_000;

    private static final int SEQUENCES = 256;
    private static final int BOOLEAN = 11;
    private static final String BD_SEQ = "bdSeq";
    private static final String REBIRTH = "Node Control/Rebirth";

    private final DeviceId login;
    private final Normaliser normaliser;
    private final Member node = new Member();
    private final Map<String, Member> devices = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    private OptionalLong birthNumber = OptionalLong.empty();
    private long lastSeq;
    private OptionalLong askedTick = OptionalLong.empty();

    SparkplugNode(DeviceId login, Normaliser normaliser) {
        this.login = login;
        this.normaliser = normaliser;
    }

    /** Names and aliases that are remembered. */
    int size() {
        return names.size()
                + node.size()
                + devices.values().stream().mapToInt(Member::size).sum();
    }

    /** A birth ends what the one before it said, also if it cannot be read: an alias may mean something else now. */
    void forgetBefore(Format.Sparkplug topic) {
        if (topic.verb() == Verb.NBIRTH) {
            node.forget();
            devices.values().forEach(Member::forget);
        } else if (topic.verb() == Verb.DBIRTH) {
            Optional.ofNullable(devices.get(topic.device().orElseThrow())).ifPresent(Member::forget);
        }
    }

    Heard hear(Format.Sparkplug topic, Payload payload, Supplier<Arrival> arrivals) {
        Arrival arrival = arrivals.get();
        var out = new Answer(topic, arrival);
        forgetBefore(topic);
        try {
            if (payload.getMetricsCount() > MAX_METRICS) {
                throw Fault.invalid(
                        "a message must hold at most " + MAX_METRICS + " metrics, held " + payload.getMetricsCount());
            }
            switch (topic.verb()) {
                case NBIRTH -> nodeBirth(payload, out, arrivals);
                case NDEATH -> nodeDeath(payload, out);
                case DBIRTH -> deviceBirth(payload, out, arrivals);
                case DDEATH -> deviceDeath(payload, out);
                case NDATA, DDATA -> data(payload, out, arrivals);
            }
        } catch (Fault fault) {
            out.refuse(fault.reason(), fault.detail());
        }
        return out.heard();
    }

    /** The connection of the node came or went: whatever it publishes next has to begin with a birth. */
    List<DeviceStatus> connection(DeviceStatus of) {
        node.forget();
        node.tell(of.status());
        var changed = new ArrayList<DeviceStatus>();
        devices.forEach((name, device) -> {
            device.forget();
            if (of.status() != Status.ONLINE && device.tell(of.status())) {
                changed.add(new DeviceStatus(subDevice(name), of.stamp(), of.status()));
            }
        });
        return changed;
    }

    private void nodeBirth(Payload payload, Answer out, Supplier<Arrival> arrivals) {
        long seq = seq(payload);
        node.bear(payload, normaliser);
        devices.values().removeIf(device -> !device.isTold(Status.ONLINE));
        birthNumber = birthNumber(payload);
        lastSeq = seq;
        if (node.tell(Status.ONLINE)) {
            out.status(login, Status.ONLINE);
        }
        read(payload, node, login, out, arrivals);
    }

    private void deviceBirth(Payload payload, Answer out, Supplier<Arrival> arrivals) {
        DeviceId id = subDevice(out.topic.device().orElseThrow());
        follow(payload, out);
        Member device = device(out);
        int others = devices.values().stream().mapToInt(Member::metrics).sum();
        if (node.metrics() + others + payload.getMetricsCount() > MAX_METRICS) {
            throw Fault.invalid("a node and its devices must have at most " + MAX_METRICS + " metrics");
        }
        device.bear(payload, normaliser);
        if (device.tell(Status.ONLINE)) {
            out.status(id, Status.ONLINE);
        }
        read(payload, device, id, out, arrivals);
    }

    private void data(Payload payload, Answer out, Supplier<Arrival> arrivals) {
        Optional<String> name = out.topic.device();
        DeviceId id = name.isPresent() ? subDevice(name.get()) : login;
        follow(payload, out);
        Member member = name.isPresent() ? devices.getOrDefault(name.get(), new Member()) : node;
        if (!member.isBorn()) {
            out.askForBirth();
        }
        read(payload, member, id, out, arrivals);
    }

    /** A death that belongs to an earlier birth comes late: the node is alive (section 5.3, bdSeq). */
    private void nodeDeath(Payload payload, Answer out) {
        OptionalLong number = birthNumber(payload);
        if (node.isBorn() && birthNumber.isPresent() && number.isPresent() && !birthNumber.equals(number)) {
            return;
        }
        node.forget();
        if (node.tell(Status.LOST)) {
            out.status(login, Status.LOST);
        }
        devices.forEach((name, device) -> {
            device.forget();
            if (device.tell(Status.LOST)) {
                out.status(subDevice(name), Status.LOST);
            }
        });
    }

    private void deviceDeath(Payload payload, Answer out) {
        DeviceId id = subDevice(out.topic.device().orElseThrow());
        follow(payload, out);
        Member device = device(out);
        device.forget();
        if (device.tell(Status.LOST)) {
            out.status(id, Status.LOST);
        }
    }

    /** The name of a device never has a dot, so that nothing but the last dot divides it from the node's. */
    private DeviceId subDevice(String name) {
        DeviceId id = Format.Sparkplug.subDevice(login, name)
                .orElseThrow(() -> Fault.invalid(
                        "a device of a node must be of A-Z a-z 0-9 _ - and have, with the node's name, at most "
                                + DeviceId.MAX_LENGTH + " characters, was " + Fault.echo(name)));
        if (!names.contains(name) && names.size() >= MAX_NAMES) {
            throw Fault.invalid("a node must speak of at most " + MAX_NAMES + " devices in all");
        }
        names.add(name);
        return id;
    }

    private Member device(Answer out) {
        String name = out.topic.device().orElseThrow();
        if (!devices.containsKey(name) && devices.size() >= MAX_DEVICES) {
            throw Fault.invalid("a node must have at most " + MAX_DEVICES + " devices");
        }
        return devices.computeIfAbsent(name, fresh -> new Member());
    }

    private void follow(Payload payload, Answer out) {
        long seq = seq(payload);
        boolean repeated = seq == lastSeq;
        boolean next = seq == (lastSeq + 1) % SEQUENCES;
        lastSeq = seq;
        if (!node.isBorn() || !(next || repeated)) {
            out.askForBirth();
        }
    }

    /** A publisher that leaves out a zero, as proto3 does, means zero. */
    private static long seq(Payload payload) {
        long seq = payload.getSeq();
        if (seq < 0 || seq >= SEQUENCES) {
            throw Fault.invalid("'seq' must be 0 to 255, was " + Long.toUnsignedString(seq));
        }
        return seq;
    }

    private static OptionalLong birthNumber(Payload payload) {
        for (Metric metric : payload.getMetricsList()) {
            if (metric.getName().equals(BD_SEQ)) {
                return OptionalLong.of(
                        metric.hasIntValue() ? Integer.toUnsignedLong(metric.getIntValue()) : metric.getLongValue());
            }
        }
        return OptionalLong.empty();
    }

    private void read(Payload payload, Member member, DeviceId id, Answer out, Supplier<Arrival> arrivals) {
        var drafts = new LinkedHashMap<Optional<Instant>, Draft>();
        var unknown = new ArrayList<String>();
        for (Metric metric : payload.getMetricsList()) {
            switch (member.find(metric, normaliser)) {
                case Member.Found.Unknown what -> unknown.add(what.what());
                case Member.Found.Known known -> {
                    if (known.definition().isVitalSign()) {
                        draft(drafts, time(payload, metric))
                                .add(Measured.value(metric, known.definition(), normaliser));
                    } else {
                        out.ignored++;
                    }
                }
            }
        }
        drafts.values().forEach(draft -> out.readings.add(draft.finish(id, arrivals.get())));
        if (!unknown.isEmpty()) {
            out.askForBirth();
            out.refuse(
                    RejectReason.NO_BIRTH,
                    unknown.size() + " metrics of " + id + " must be explained by a birth, the first: "
                            + unknown.getFirst());
        }
    }

    private static Draft draft(Map<Optional<Instant>, Draft> drafts, Optional<Instant> time) {
        Draft draft = drafts.get(time);
        if (draft == null) {
            Decoder.checkCount(drafts.size());
            draft = new Draft();
            time.ifPresent(draft::measuredAt);
            drafts.put(time, draft);
        }
        return draft;
    }

    private static Optional<Instant> time(Payload payload, Metric metric) {
        long millis = metric.getTimestamp() != 0 ? metric.getTimestamp() : payload.getTimestamp();
        return millis == 0
                ? Optional.empty()
                : Optional.of(Written.epochMillis(
                        "'timestamp'", Written.decimal("'timestamp'", Long.toUnsignedString(millis))));
    }

    /** Grows while one message is being decided on. */
    private final class Answer {
        private final Format.Sparkplug topic;
        private final Arrival arrival;
        private final List<Reading> readings = new ArrayList<>();
        private final List<DeviceStatus> statuses = new ArrayList<>();
        private Optional<Refused> refused = Optional.empty();
        private Optional<Heard.Request> request = Optional.empty();
        private int ignored;

        Answer(Format.Sparkplug topic, Arrival arrival) {
            this.topic = topic;
            this.arrival = arrival;
        }

        void status(DeviceId device, Status status) {
            statuses.add(new DeviceStatus(device, arrival.stamp(Optional.empty()), status));
        }

        void refuse(RejectReason reason, String detail) {
            refused = Optional.of(new Refused(reason, detail));
        }

        void askForBirth() {
            boolean soon = askedTick.isPresent() && arrival.tickMillis() - askedTick.getAsLong() < ASK_AGAIN_MILLIS;
            if (request.isPresent() || soon) {
                return;
            }
            askedTick = OptionalLong.of(arrival.tickMillis());
            long millis = ChronoUnit.MILLIS.between(Instant.EPOCH, arrival.receivedAt());
            var command = Payload.newBuilder()
                    .setTimestamp(millis)
                    .addMetrics(Metric.newBuilder()
                            .setName(REBIRTH)
                            .setTimestamp(millis)
                            .setDatatype(BOOLEAN)
                            .setBooleanValue(true));
            request = Optional.of(new Heard.Request(
                    Format.Sparkplug.NAMESPACE + "/" + topic.group() + "/NCMD/" + login,
                    command.build().toByteString()));
        }

        Heard heard() {
            return new Heard(readings, refused, statuses, request, ignored);
        }
    }
}
