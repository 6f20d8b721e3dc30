package org.fieldward.edge.sync;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.Lives;
import org.fieldward.edge.buffer.ReadingBuffer.Append;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.sync.SimulatedCore.Name;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** The real buffer in its real file, which can crash and be damaged; and the bugs that a buffer could have. */
final class SimulatedBuffer implements AutoCloseable {

    private static final InstantSource NOON = InstantSource.fixed(Instant.parse("2026-11-21T12:00:00Z"));

    private final Path folder;
    private final Optional<PlantedBug> bug;
    private SqliteReadingBuffer file;

    /** With {@link PlantedBug#ACKNOWLEDGED_BEFORE_COMMIT}: answered, and not yet durable. */
    private List<Entry> promised = List.of();

    private long highest;
    private final Set<Name> names = new HashSet<>();
    private final Set<Long> alarms = new TreeSet<>();

    SimulatedBuffer(Path folder, Optional<PlantedBug> bug) {
        this(folder, bug, Optional.empty());
    }

    private SimulatedBuffer(Path folder, Optional<PlantedBug> bug, Optional<SimulatedBuffer> original) {
        original.ifPresent(this::know);
        this.folder = folder;
        this.bug = bug;
        file = open();
    }

    private SqliteReadingBuffer open() {
        return SqliteReadingBuffer.open(folder, BufferSettings.DEFAULT, new SecureRandom(), NOON);
    }

    /** As the file says; or as one says that does not begin a new life when it is opened. */
    Lives lives() {
        Lives lives = file.lives();
        return has(PlantedBug.COPY_KEEPS_EPOCH) ? new Lives(List.of(lives.all().getFirst())) : lives;
    }

    /** What devices were answered for by this file, or by the one that it was copied from before. */
    Set<Name> names() {
        return names;
    }

    /** Sequences of alarms that wait. */
    Set<Long> alarms() {
        return alarms;
    }

    long nextSequence() {
        return file.nextSequence() + promised.size();
    }

    long records() {
        long records = 0;
        for (Lane lane : Lane.values()) {
            records += records(lane);
        }
        return records;
    }

    long records(Lane lane) {
        return file.backlog(lane).records();
    }

    /** When this returns, the devices are answered. */
    List<Sequenced> store(List<Entry> entries) {
        List<Sequenced> answered = stored(entries);
        Invariant.SEQUENCE_GIVEN_ONCE.check(
                answered.getFirst().sequence() > highest,
                "sequence " + answered.getFirst().sequence() + " was given again");
        highest = answered.getLast().sequence();
        answered.forEach(one -> names.add(new Name(lives().of(one.sequence()).epoch(), one.sequence())));
        answered.stream().filter(one -> one.entry().lane() == Lane.ALARM).forEach(one -> alarms.add(one.sequence()));
        return answered;
    }

    private List<Sequenced> stored(List<Entry> entries) {
        if (bug.isEmpty() || bug.get() != PlantedBug.ACKNOWLEDGED_BEFORE_COMMIT) {
            return commit(entries);
        }
        if (!promised.isEmpty()) {
            commit(promised);
        }
        promised = List.copyOf(entries);
        var answered = new ArrayList<Sequenced>();
        for (Entry entry : entries) {
            answered.add(new Sequenced(file.nextSequence() + answered.size(), entry));
        }
        return answered;
    }

    private List<Sequenced> commit(List<Entry> entries) {
        return file.commit(new Group(
                        List.of(new Append(entries, OptionalLong.empty())), List.of(), SequenceSet.EMPTY, List.of()))
                .entries();
    }

    Optional<Slice> read(Lane lane, SequenceRange within, SequenceSet excluding, int max) {
        Optional<Slice> slice = file.read(lane, within, excluding, max);
        if (has(PlantedBug.COPY_KEEPS_EPOCH)) {
            return slice.map(one -> under(lives().newest().epoch(), one));
        }
        if (has(PlantedBug.EPOCH_OF_THE_SESSION)) {
            return slice.map(one -> under(lives().newestBegun().epoch(), one));
        }
        if (bug.isPresent() && bug.get() == PlantedBug.LAST_RECORD_LEFT_OUT) {
            return slice.map(one -> with(one, withoutTheLast(records(one))));
        }
        if (bug.isPresent() && bug.get() == PlantedBug.NUMBERED_WITHOUT_GAPS) {
            return slice.map(one -> with(one, withoutGaps(records(one))));
        }
        return slice;
    }

    private static List<Sequenced> records(Slice slice) {
        return BatchCodec.decode(slice.content().toByteArray());
    }

    private static Slice with(Slice slice, List<Sequenced> records) {
        return new Slice(
                slice.lane(),
                slice.epoch(),
                slice.sequences(),
                slice.oldest(),
                ByteString.copyFrom(BatchCodec.encode(records)));
    }

    private static List<Sequenced> withoutTheLast(List<Sequenced> records) {
        return records.subList(0, Math.max(1, records.size() - 1));
    }

    private static List<Sequenced> withoutGaps(List<Sequenced> records) {
        var numbered = new ArrayList<Sequenced>();
        for (Sequenced one : records) {
            numbered.add(new Sequenced(records.getFirst().sequence() + numbered.size(), one.entry()));
        }
        return numbered;
    }

    private static Slice under(long epoch, Slice slice) {
        return new Slice(slice.lane(), epoch, slice.sequences(), slice.oldest(), slice.content());
    }

    private boolean has(PlantedBug one) {
        return bug.isPresent() && bug.get() == one;
    }

    void forget(SequenceSet confirmed) {
        alarms.removeIf(confirmed::contains);
        file.commit(new Group(List.of(), List.of(), confirmed, List.of()));
    }

    /** The process ends and begins again. */
    void crash() {
        file.close();
        promised = List.of();
        if (bug.isPresent() && bug.get() == PlantedBug.SEQUENCE_REUSED) {
            numberAfterTheLastKept();
        }
        file = open();
    }

    private void numberAfterTheLastKept() {
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("buffer.db"));
                var statement = connection.createStatement()) {
            statement.executeUpdate(
                    "UPDATE meta SET next_sequence =" + " (SELECT coalesce(max(last), 0) + 1 FROM record_group)");
        } catch (SQLException e) {
            throw new AssertionError("the bug could not be planted", e);
        }
    }

    /** The file as it is now, in another folder; the agent goes on meanwhile. */
    SimulatedBuffer copyTo(Path other) {
        take(folder, other);
        return new SimulatedBuffer(other, bug, Optional.of(this));
    }

    /** The disk is another one, and what was copied to that folder is put on it. */
    void restore(SimulatedBuffer backup) {
        file.close();
        promised = List.of();
        take(backup.folder, folder);
        know(backup);
        file = open();
    }

    private void know(SimulatedBuffer copied) {
        highest = copied.highest;
        names.clear();
        names.addAll(copied.names);
        alarms.clear();
        alarms.addAll(copied.alarms);
    }

    private static void take(Path from, Path to) {
        try {
            for (String name : List.of("buffer.db-wal", "buffer.db", "buffer.key")) {
                Files.deleteIfExists(to.resolve(name));
                if (Files.exists(from.resolve(name))) {
                    Files.copy(from.resolve(name), to.resolve(name));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file's beginning is overwritten: the agent sets it aside and begins a new epoch. */
    void damage() {
        file.close();
        promised = List.of();
        highest = 0;
        names.clear();
        alarms.clear();
        try (FileChannel bytes = FileChannel.open(folder.resolve("buffer.db"), StandardOpenOption.WRITE)) {
            bytes.write(ByteBuffer.allocate(100), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        file = open();
    }

    @Override
    public void close() {
        file.close();
    }
}
