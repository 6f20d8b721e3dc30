package org.fieldward.edge.buffer.sqlite;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.AppendResult.Full;
import org.fieldward.edge.buffer.AppendResult.Stored;
import org.fieldward.edge.buffer.BufferException;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.Quarantined;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.edge.buffer.Rejected;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * The buffer in one SQLite file. One thread may call {@link #commit}; all else is safe from any thread and reads a
 * snapshot on a connection of its own.
 */
public final class SqliteReadingBuffer implements ReadingBuffer {

    private static final int VACUUM_PAGES = 2048;

    private static final String NEXT = "UPDATE meta SET next_sequence = ?";

    private final BufferSettings settings;
    private final Connection writing;
    private final Connection reading;
    private final Seal seal;
    private final long epoch;
    private final Optional<String> damage;
    private RecordGroups groups;
    private PreparedStatement next;

    private final AtomicLong nextSequence = new AtomicLong();
    private final AtomicLongArray records = new AtomicLongArray(Lane.values().length);
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong damagedGroups = new AtomicLong();
    private final Set<Long> damaged = ConcurrentHashMap.newKeySet();
    private long quarantineBytes;
    private long removedSinceVacuum;

    private SqliteReadingBuffer(Path directory, BufferSettings settings, SecureRandom random, InstantSource clock)
            throws SQLException {
        this.settings = settings;
        var file = new BufferFile(directory, random, clock);
        BufferFile.Opened opened = file.open();
        writing = opened.connection();
        seal = opened.seal();
        epoch = opened.epoch();
        damage = opened.damage();
        groups = new RecordGroups(writing, seal, epoch);
        next = writing.prepareStatement(NEXT);
        count();
        writing.commit();
        reading = BufferFile.connect(file.path(), true);
    }

    /**
     * Opens the buffer in this directory, or makes one. A damaged file is set aside first, see {@link #damage}.
     *
     * @throws BufferException if the disk does not let it
     */
    public static SqliteReadingBuffer open(
            Path directory, BufferSettings settings, SecureRandom random, InstantSource clock) {
        try {
            return new SqliteReadingBuffer(directory, settings, random, clock);
        } catch (SQLException e) {
            throw new BufferException("buffer could not open " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Why and where the file before this one was set aside at the start, if it was. */
    public Optional<String> damage() {
        return damage;
    }

    /** Groups whose checksum failed when they were read; they are kept apart, and their sequences are never sent. */
    public long damagedGroups() {
        return damagedGroups.get();
    }

    @Override
    public long epoch() {
        return epoch;
    }

    @Override
    public long nextSequence() {
        return nextSequence.get();
    }

    @Override
    public Committed commit(Group group) {
        var entries = new ArrayList<Sequenced>();
        List<AppendResult> appends = admit(group.appends(), entries);
        try {
            long first = nextSequence.get();
            RecordGroups.Change came = groups.insert(entries);
            AlarmRows.apply(writing, seal, entries);
            var rejected = new ArrayList<AppendResult>(group.rejected().size());
            long quarantined = quarantineBytes;
            for (Rejected payload : group.rejected()) {
                if (quarantined + payload.payload().size() > settings.quarantineBytes()) {
                    rejected.add(new Full(quarantined, settings.quarantineBytes()));
                } else {
                    quarantined += QuarantineRows.insert(writing, seal, payload);
                    rejected.add(new Stored(0, 0));
                }
            }
            quarantined -= settle(group, appends);
            RecordGroups.Change went = groups.remove(group.confirmed());
            List<Long> apart = List.copyOf(damaged);
            RecordGroups.Change hurt = groups.keepApart(apart);
            long nextFree = first + entries.size();
            if (!entries.isEmpty()) {
                next.setLong(1, nextFree);
                next.executeUpdate();
            }
            writing.commit();

            nextSequence.set(nextFree);
            quarantineBytes = quarantined;
            apply(came);
            apply(went);
            apply(hurt);
            apart.forEach(damaged::remove);
            damagedGroups.addAndGet(apart.size());
            giveBack(-went.bytes);
            return new Committed(appends, rejected, entries, true);
        } catch (SQLException e) {
            return failed(group, e);
        }
    }

    /** Returns the bytes that the quarantine got rid of. */
    private long settle(Group group, List<AppendResult> appends) throws SQLException {
        for (int i = 0; i < appends.size(); i++) {
            OptionalLong replays = group.appends().get(i).replays();
            if (replays.isPresent() && appends.get(i) instanceof Stored) {
                QuarantineRows.replayed(writing, replays.getAsLong());
            }
        }
        long bytes = 0;
        for (long id : group.discarded()) {
            bytes += QuarantineRows.discarded(writing, id);
        }
        return bytes;
    }

    private List<AppendResult> admit(List<Append> appends, List<Sequenced> entries) {
        var results = new ArrayList<AppendResult>(appends.size());
        long used = bytes.get();
        long sequence = nextSequence.get();
        for (Append append : appends) {
            long wanted = append.entries().stream()
                    .mapToLong(RecordGroups::estimatedBytes)
                    .sum();
            long allowed = allowed(append.entries());
            if (used + wanted > allowed) {
                results.add(new Full(used, allowed));
                continue;
            }
            long first = sequence;
            for (Entry entry : append.entries()) {
                entries.add(new Sequenced(sequence++, entry));
            }
            used += wanted;
            results.add(new Stored(first, sequence - 1));
        }
        return results;
    }

    /** Alarms and events may use the reserve, so that a full vital lane never keeps one out. */
    private long allowed(List<? extends Entry> entries) {
        boolean urgent = entries.stream().allMatch(entry -> entry.lane().compareTo(Lane.EVENT) <= 0);
        return urgent ? settings.maxBytes() + settings.reserveBytes() : settings.maxBytes();
    }

    private void apply(RecordGroups.Change change) {
        for (int lane = 0; lane < change.records.length; lane++) {
            records.addAndGet(lane, change.records[lane]);
        }
        bytes.addAndGet(change.bytes);
    }

    private Committed failed(Group group, SQLException cause) {
        if (!BufferFile.isFull(cause)) {
            throw new BufferException("buffer could not commit: " + cause.getMessage(), cause);
        }
        recover();
        // The disk is full though the quota is not: nothing was stored, and it heals when space returns.
        var full = new Full(bytes.get(), bytes.get());
        boolean stores = !group.appends().isEmpty() || !group.rejected().isEmpty();
        return new Committed(
                group.appends().stream().<AppendResult>map(append -> full).toList(),
                group.rejected().stream().<AppendResult>map(payload -> full).toList(),
                List.of(),
                stores
                        && commit(new Group(List.of(), List.of(), group.confirmed(), group.discarded()))
                                .forgotten());
    }

    /** After a full disk: the driver has ended the statements that met it, and the log may hold room to give back. */
    private void recover() {
        try {
            rollback();
            groups.close();
            next.close();
            groups = new RecordGroups(writing, seal, epoch);
            next = writing.prepareStatement(NEXT);
            writing.setAutoCommit(true);
            BufferFile.checkpoint(writing);
            writing.setAutoCommit(false);
        } catch (SQLException e) {
            throw new BufferException("buffer could not go on after the disk was full: " + e.getMessage(), e);
        }
    }

    private void rollback() throws SQLException {
        // SQLite may have rolled back by itself, and then neither a rollback nor a commit finds a transaction.
        try (Statement statement = writing.createStatement()) {
            statement.execute("BEGIN");
        } catch (SQLiteException e) {
            if (e.getResultCode() != SQLiteErrorCode.SQLITE_ERROR) {
                throw e;
            }
        }
        writing.rollback();
    }

    /** Confirmed pages go back to the filesystem in steps small enough not to delay a commit. */
    private void giveBack(long removed) {
        removedSinceVacuum += removed;
        if (removedSinceVacuum < (long) VACUUM_PAGES * 4096 && !(removed > 0 && bytes.get() == 0)) {
            return;
        }
        removedSinceVacuum = 0;
        try (Statement statement = writing.createStatement()) {
            // As an update the driver runs it to its end; as a query it would stop after the first page.
            statement.executeUpdate("PRAGMA incremental_vacuum(" + VACUUM_PAGES * 2 + ")");
            writing.commit();
        } catch (SQLException e) {
            if (BufferFile.isFull(e)) {
                // The commit before it stands; space is given back when there is room to work.
                recover();
                return;
            }
            throw new BufferException("buffer could not give space back: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<Slice> read(Lane lane, SequenceRange within, SequenceSet excluding, int max) {
        var slice = new SliceMaker(lane, within, excluding, max);
        synchronized (reading) {
            try (PreparedStatement query = reading.prepareStatement(RecordGroups.COLUMNS
                    + " FROM record_group WHERE lane = ? AND last >= ? AND first <= ? ORDER BY last")) {
                query.setInt(1, lane.number());
                query.setLong(2, slice.start());
                query.setLong(3, within.last());
                try (ResultSet rows = query.executeQuery()) {
                    while (rows.next()) {
                        long wanted = slice.wanted(rows.getLong(1), rows.getLong(2));
                        if (wanted == 0) {
                            continue;
                        }
                        RecordGroups.Row row = RecordGroups.row(rows);
                        if (!slice.hasRoomFor(wanted, row.sealed().size())) {
                            break;
                        }
                        try {
                            slice.add(row, RecordGroups.open(row, epoch, seal));
                        } catch (GeneralSecurityException e) {
                            damaged.add(row.last());
                        }
                    }
                }
            } catch (SQLException e) {
                throw new BufferException("buffer could not read: " + e.getMessage(), e);
            }
        }
        return slice.make();
    }

    @Override
    public Backlog backlog(Lane lane) {
        synchronized (reading) {
            try (PreparedStatement query = reading.prepareStatement(
                    "SELECT received_micros FROM record_group WHERE lane = ? ORDER BY last LIMIT 1")) {
                query.setInt(1, lane.number());
                try (ResultSet row = query.executeQuery()) {
                    Optional<Instant> oldest =
                            row.next() ? Optional.of(RecordGroups.instant(row.getLong(1))) : Optional.empty();
                    return new Backlog(records.get(lane.ordinal()), oldest);
                }
            } catch (SQLException e) {
                throw new BufferException("buffer could not read its backlog: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public boolean hasBacklog() {
        return bytes.get() > 0;
    }

    @Override
    public Usage usage() {
        return new Usage(bytes.get(), settings.maxBytes());
    }

    /** Raised and not cleared, as of the last commit; kept also when the core has confirmed them. */
    public List<AlarmChange> activeAlarms() {
        synchronized (reading) {
            try {
                return AlarmRows.active(reading, seal);
            } catch (SQLException e) {
                throw new BufferException("buffer could not read its alarms: " + e.getMessage(), e);
            }
        }
    }

    /** Quarantined payloads by ascending id. */
    public List<Quarantined> quarantined(long firstId, int max) {
        synchronized (reading) {
            try {
                return QuarantineRows.list(reading, seal, firstId, max);
            } catch (SQLException | GeneralSecurityException e) {
                throw new BufferException("buffer could not read its quarantine: " + e.getMessage(), e);
            }
        }
    }

    private void count() throws SQLException {
        try (Statement statement = writing.createStatement()) {
            try (ResultSet row = statement.executeQuery("SELECT next_sequence FROM meta")) {
                row.next();
                nextSequence.set(row.getLong(1));
            }
            try (ResultSet lanes = statement.executeQuery("SELECT lane, sum(last - first + 1), sum(length(content) + "
                    + RecordGroups.ROW_BYTES + ") FROM record_group GROUP BY lane")) {
                while (lanes.next()) {
                    records.set(Lane.of(lanes.getInt(1)).ordinal(), lanes.getLong(2));
                    bytes.addAndGet(lanes.getLong(3));
                }
            }
        }
        quarantineBytes = QuarantineRows.bytes(writing);
    }

    @Override
    public void close() {
        try {
            synchronized (reading) {
                reading.close();
            }
            next.close();
            groups.close();
            writing.close();
        } catch (SQLException e) {
            throw new BufferException("buffer could not close: " + e.getMessage(), e);
        }
    }
}
