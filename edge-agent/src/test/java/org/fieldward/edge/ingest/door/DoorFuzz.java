package org.fieldward.edge.ingest.door;

import static org.fieldward.edge.fuzz.Check.that;

import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.Rejected;
import org.fieldward.edge.buffer.Store;
import org.fieldward.edge.decode.Decoder;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.edge.decode.sparkplug.Sparkplug;
import org.fieldward.edge.fuzz.Dice;
import org.fieldward.edge.ingest.Intake;
import org.fieldward.edge.ingest.Rejects;
import org.fieldward.edge.ingest.Stamper;
import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.edge.ingest.session.Change;
import org.fieldward.edge.ingest.session.Session;
import org.fieldward.edge.ingest.topic.LocalTopics;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Entry;

/**
 * The whole door without a network: three connections of a few clients, packets valid and damaged, a disk that is slow, full
 * or broken, time that passes. Nothing is thrown; all that the server writes is MQTT and answers something; what is
 * acknowledged is stored; what is kept has bounds, and is gone when its time is over.
 */
public final class DoorFuzz {

    private static final int MAX_PACKET = 1024;
    private static final int MAX_RETAINED = 4;
    /** Of what may wait for a client, retained messages that it asked for may make so many times as much. */
    private static final int RETAINED_GRACE = 20;

    private static final int MAX_QUEUED = 6;
    private static final int MAX_SESSIONS = 3;
    private static final int MAX_EXPIRY = 30;
    private static final int RATE = 8;

    /** What a client takes unanswered at most, in the door's own opinion. */
    private static final int WINDOW = 64;

    private static final int MAX_OPERATIONS = 400;
    private static final int PIPES = 3;
    private static final Normaliser NORMALISER = new Normaliser(Catalogue.standard());
    private static final Decoder DECODER = new Decoder(NORMALISER, format -> Optional.empty());
    private static final Vertx VERTX = Vertx.vertx();
    private static final DoorSettings SETTINGS = DoorSettings.of(
            Map.of(
                    "mqtt.max-packet-bytes",
                    "" + MAX_PACKET,
                    "mqtt.receive-maximum",
                    "4",
                    "mqtt.max-publishes-per-second",
                    "8",
                    "mqtt.max-queued-messages",
                    "" + MAX_QUEUED,
                    "mqtt.max-queued-bytes",
                    "1024",
                    "mqtt.max-sessions",
                    "" + MAX_SESSIONS,
                    "mqtt.session-expiry-max-seconds",
                    "" + MAX_EXPIRY,
                    "mqtt.idle-limit-seconds",
                    "5"),
            Path.of("."));

    /** One place for a connection. */
    private static final class Slot {
        private FuzzPipe pipe;
        private FuzzClient client;
        private int version = 4;
        private byte[] kept = new byte[0];

        Slot(FuzzPipe pipe, FuzzClient client) {
            this.pipe = pipe;
            this.client = client;
        }
    }

    private record Due(long millis, Runnable action) {}

    /** Counts what became durable. */
    private final class CountingStore implements Store {
        @Override
        public CompletionStage<AppendResult> store(List<? extends Entry> entries) {
            boolean status = entries.getFirst() instanceof DeviceStatus;
            return store.store(entries).thenApply(result -> counted(result, !status));
        }

        @Override
        public CompletionStage<AppendResult> quarantine(Rejected rejected) {
            return store.quarantine(rejected).thenApply(result -> counted(result, true));
        }

        private AppendResult counted(AppendResult result, boolean counts) {
            durable += counts && result instanceof AppendResult.Stored ? 1 : 0;
            return result;
        }
    }

    private final Dice dice;
    private final Deque<Runnable> soon = new ArrayDeque<>();
    private final List<Due> timers = new ArrayList<>();
    private final FakeStore store = new FakeStore();
    private final FuzzJournal journal = new FuzzJournal();
    private final FuzzDoorkeeper doorkeeper = new FuzzDoorkeeper();
    private final LocalTopics topics = new LocalTopics(MAX_RETAINED);
    private final Loop loop = new Loop(soon::add, (millis, action) -> timers.add(new Due(now() + millis, action)));
    private final MqttDoor door;
    private final List<Slot> slots = new ArrayList<>();
    private long nowMillis = 1_000_000;
    private long durable;
    private long acknowledged;
    private int open;

    private DoorFuzz(Dice dice) {
        this.dice = dice;
        var stamper = new Stamper(
                () -> Instant.ofEpochMilli(1_800_000_000_000L + nowMillis), this::now, 1, () -> ClockState.UNCONFIRMED);
        var intake = new Intake(
                DECODER,
                new Sparkplug(NORMALISER),
                new CountingStore(),
                stamper,
                new Rejects(),
                Intake.Ward.NOBODY,
                Intake.Clocks.BELIEVED);
        door = new MqttDoor(VERTX, SETTINGS, Long.MAX_VALUE, doorkeeper, intake, topics, journal);
        topics.onRetained(message -> journal.record(new Change.Retained(message)));
        for (int i = 0; i < PIPES; i++) {
            slots.add(fresh());
        }
    }

    /** Loads everything, which takes long on a busy machine and would count as a hang of the first input. */
    public static void fuzzerInitialize() {
        fuzzerTestOneInput(new byte[0]);
    }

    public static void fuzzerTestOneInput(byte[] data) {
        new DoorFuzz(new Dice(data)).play();
    }

    private long now() {
        return nowMillis;
    }

    private Slot fresh() {
        var client = new FuzzClient(MAX_PACKET, () -> ++acknowledged <= durable);
        var pipe = new FuzzPipe(soon::add, client::receives);
        open++;
        new Connection(door, loop, pipe, nowMillis, () -> open--).start();
        return new Slot(pipe, client);
    }

    private void play() {
        for (int i = 0; i < MAX_OPERATIONS && !dice.isEmpty(); i++) {
            operate();
            if (i % 16 == 15) {
                checkBounds();
            }
        }
        settle();
        checkBounds();
        letAllGo();
    }

    private void operate() {
        int choice = dice.octet();
        int at = choice % PIPES;
        Slot slot = slots.get(at);
        switch (choice / PIPES % 24) {
            case 0 -> slots.set(at, again(slot));
            case 1, 2 -> send(slot, Packets.connect(dice));
            case 3, 4, 5, 6 -> send(slot, Packets.publish(slot.version, dice));
            case 7, 8 -> send(slot, Packets.subscribe(slot.version, dice));
            case 9 -> send(slot, Packets.unsubscribe(slot.version, dice));
            case 10, 11, 12 -> send(slot, Packets.answer(slot.version, dice));
            case 13 -> send(slot, new byte[] {(byte) 0xC0, 0});
            case 14 -> send(slot, Packets.disconnect(slot.version, dice));
            case 15 -> send(slot, dice.take(dice.octet()));
            case 16 -> pass(1 << dice.below(15));
            case 17 -> disk(dice.below(8));
            case 18 -> slot.pipe.full(dice.flag());
            case 19 -> slot.pipe.hangUp();
            case 20 -> doorkeeper.answer();
            case 21 -> revoke();
            case 22 -> slot.kept = dice.take(dice.below(8));
            default -> drain();
        }
    }

    /** What came before, and all of the packet; or one of its bits flipped; or its first half, the rest later. */
    private void send(Slot slot, byte[] packet) {
        byte[] bytes = packet;
        int how = dice.below(8);
        if (bytes.length > 0 && how == 6) {
            bytes[dice.twoOctets() % bytes.length] ^= (byte) (1 << dice.below(8));
        }
        if (bytes.length > 8 && (bytes[0] & 0xF0) == 0x10) {
            slot.version = bytes[3] == 4 ? bytes[8] : 3;
        }
        byte[] all = Arrays.copyOf(slot.kept, slot.kept.length + bytes.length);
        System.arraycopy(bytes, 0, all, slot.kept.length, bytes.length);
        int cut = how == 7 ? all.length / 2 : all.length;
        slot.kept = Arrays.copyOfRange(all, cut, all.length);
        byte[] now = Arrays.copyOf(all, cut);
        if (now.length > 0 && slot.pipe.isOpen()) {
            slot.client.sends(now);
            slot.pipe.arrive(now);
        }
        if (how != 5) {
            drain();
        }
    }

    private Slot again(Slot slot) {
        slot.pipe.hangUp();
        drain();
        return fresh();
    }

    private void disk(int choice) {
        switch (choice) {
            case 0 -> store.hold();
            case 1 -> store.release();
            case 2 -> {
                if (store.waiting() > 0) {
                    store.releaseOne();
                }
            }
            case 3 -> store.beFull(true);
            case 4 -> store.beFull(false);
            case 5 -> store.beBroken(dice.flag());
            case 6 -> journal.hold();
            default -> journal.release();
        }
        drain();
    }

    private void revoke() {
        for (Session session : door.sessions().present()) {
            if (dice.flag()) {
                Identity identity = session.key().identity();
                doorkeeper.revoke(identity);
            }
        }
        door.sessions().purge(doorkeeper::isCurrent);
        pass(1);
        doorkeeper.pardon();
    }

    private void pass(long millis) {
        nowMillis += millis;
        List<Due> due = timers.stream().filter(one -> one.millis <= nowMillis).toList();
        timers.removeAll(due);
        due.forEach(one -> soon.add(one.action));
        soon.add(() -> loop.sweep(nowMillis));
        soon.add(() -> {
            door.sessions().sweep(nowMillis).forEach(farewell -> Visit.execute(door, farewell));
            topics.expire(nowMillis);
        });
        drain();
    }

    private void drain() {
        int steps = 0;
        for (Runnable next = soon.poll(); next != null; next = soon.poll()) {
            next.run();
            that(++steps < 100_000, "the loop comes to rest");
        }
        journal.broken().ifPresent(broken -> {
            throw broken;
        });
    }

    private void checkBounds() {
        journal.load().sessions().forEach(kept -> {
            that(
                    kept.letters().size() <= (1 + RETAINED_GRACE) * MAX_QUEUED + WINDOW + MAX_RETAINED + 1,
                    "no more messages wait for a client than is allowed");
            that(kept.filters().size() <= 20, "a client has each filter once");
        });
        that(journal.load().retained().size() <= MAX_RETAINED, "no more last words are kept than is allowed");
        that(door.sessions().size() <= MAX_SESSIONS + open, "no more sessions are kept than is allowed");
    }

    /** The disk is well and the clients read: whoever is in gets its answers. */
    private void settle() {
        store.beFull(false);
        store.beBroken(false);
        store.release();
        journal.release();
        doorkeeper.answer();
        slots.forEach(slot -> slot.pipe.full(false));
        drain();
        // Whoever published all it could is read at its rate, which takes so many seconds.
        int longest = MAX_OPERATIONS / RATE + 8;
        for (int i = 0; i < 8 || (i < longest && slots.stream().anyMatch(slot -> slot.client.waits())); i++) {
            slots.stream()
                    .filter(slot -> slot.kept.length == 0 && slot.pipe.isOpen())
                    .forEach(slot -> {
                        byte[] ping = {(byte) 0xC0, 0};
                        slot.client.sends(ping);
                        slot.pipe.arrive(ping);
                    });
            drain();
            pass(1000);
        }
        for (Slot slot : slots) {
            boolean served = slot.pipe.isOpen() && slot.client.isWelcome() && !slot.client.isBroken();
            that(!served || !slot.client.waits(), "every publish is acknowledged in the end");
        }
    }

    private void letAllGo() {
        slots.forEach(slot -> slot.pipe.hangUp());
        drain();
        that(open == 0, "every connection is counted out, once");
        pass(MAX_EXPIRY * 1000L + 1);
        pass(1);
        that(door.sessions().size() == 0, "no session is kept beyond its time");
        that(journal.load().sessions().isEmpty(), "the journal keeps no session beyond its time");
        that(!topics.hasSubscriber("ward/a") && !topics.hasSubscriber("$dark/a"), "who is gone hears nothing");
    }
}
