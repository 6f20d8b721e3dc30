package org.fieldward.edge.sync;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.ReadingBuffer.Append;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.ReadingBuffer.Slice;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
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

    SimulatedBuffer(Path folder, Optional<PlantedBug> bug) {
        this.folder = folder;
        this.bug = bug;
        file = open();
    }

    private SqliteReadingBuffer open() {
        return SqliteReadingBuffer.open(folder, BufferSettings.DEFAULT, new SecureRandom(), NOON);
    }

    long epoch() {
        return file.epoch();
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
                slice.lane(), slice.sequences(), slice.oldest(), ByteString.copyFrom(BatchCodec.encode(records)));
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

    void forget(SequenceSet confirmed) {
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

    /** The file's beginning is overwritten: the agent sets it aside and begins a new epoch. */
    void damage() {
        file.close();
        promised = List.of();
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
