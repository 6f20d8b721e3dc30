package org.fieldward.edge.buffer.sqlite;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.AppendResult.Full;
import org.fieldward.edge.buffer.BufferException;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.Lives;
import org.fieldward.edge.buffer.Quarantined;
import org.fieldward.edge.buffer.ReadingBuffer;
import org.fieldward.edge.buffer.Salvaged;
import org.fieldward.edge.buffer.document.Documents;
import org.fieldward.edge.buffer.quota.LanePolicy;
import org.fieldward.edge.buffer.quota.Loss;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * The buffer in one SQLite file. One thread may call {@link #commit}; all else is safe from any thread and reads a
 * snapshot on a connection of its own.
 */
public final class SqliteReadingBuffer implements ReadingBuffer {

    private static final String NEXT = "UPDATE meta SET next_sequence = ?";

    private final BufferSettings settings;
    private final Connection writing;
    private final Connection reading;
    private final Seal seal;
    private final SecureRandom random;
    private final InstantSource clock;
    private volatile List<Salvaged.State> salvages = List.of();
    private volatile Lives lives;
    private final Optional<String> damage;
    private final LanePolicy policy;
    private RecordGroups groups;
    private LaneEviction eviction;
    private final Upkeep upkeep;
    private PreparedStatement next;

    private final AtomicLong nextSequence = new AtomicLong();
    private final AtomicLong damagedGroups = new AtomicLong();
    private final Set<Long> damaged = ConcurrentHashMap.newKeySet();
    private final Tally tally;
    private final GapRows gaps;
    private final DocumentRows documents;
    private final Ballast ballast;
    private SequenceSet told = SequenceSet.EMPTY;
    private long quarantineBytes;

    private SqliteReadingBuffer(Path directory, BufferSettings settings, SecureRandom random, InstantSource clock)
            throws SQLException {
        this.settings = settings;
        var file = new BufferFile(directory, random, clock);
        BufferFile.Opened opened = file.open();
        writing = opened.connection();
        seal = opened.seal();
        this.random = random;
        this.clock = clock;
        lives = opened.lives();
        damage = opened.damage();
        policy = new LanePolicy(settings.maxBytes(), settings.reserveBytes(), settings.waveformPercent());
        ballast = new Ballast(directory, random);
        groups = new RecordGroups(writing, seal, lives.newest().epoch());
        eviction = new LaneEviction(writing, seal);
        gaps = new GapRows(writing, seal);
        tally = Tally.of(writing);
        next = writing.prepareStatement(NEXT);
        nextSequence.set(BufferFile.nextSequence(writing));
        upkeep = new Upkeep(writing, seal, nextSequence.get());
        quarantineBytes = QuarantineRows.bytes(writing);
        salvages = SalvageRows.read(writing);
        writing.commit();
        reading = BufferFile.connect(file.path(), true);
        documents = new DocumentRows(reading, seal);
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
    public Lives lives() {
        return lives;
    }

    @Override
    public long nextSequence() {
        return nextSequence.get();
    }

    /** How much of a group is tried when the disk itself is full. */
    private enum Effort {
        ALL,
        /** Only what must never wait: alarms, events and what makes room. */
        URGENT,
        FORGET
    }

    @Override
    public Committed commit(Group group) {
        ballast.restore();
        for (Effort effort : Effort.values()) {
            if (effort == Effort.ALL && !ballast.isHeld()) {
                continue;
            }
            try {
                return write(group, effort);
            } catch (SQLException e) {
                if (!BufferFile.isFull(e)) {
                    throw new BufferException("buffer could not commit: " + e.getMessage(), e);
                }
                // The disk is full though the quota is not: it heals when space returns.
                ballast.release();
                recover();
            }
        }
        group.appends().forEach(append -> gaps.keep(Admission.refused(append)));
        Full full = full();
        return new Committed(
                group.appends().stream().<AppendResult>map(append -> full).toList(),
                group.rejected().stream().<AppendResult>map(payload -> full).toList(),
                List.of(),
                false);
    }

    private Full full() {
        return new Full(tally.bytes().total(), tally.bytes().total());
    }

    private Committed write(Group group, Effort effort) throws SQLException {
        RecordGroups.Change change = groups.remove(group.confirmed());
        long forgotten = -change.bytes.total();
        List<Long> apart = List.copyOf(damaged);
        var losses = new ArrayList<Loss>();
        change.add(groups.keepApart(apart, losses));
        var admission = new Admission(policy, eviction, tally.bytes().add(change.bytes), nextSequence.get());
        List<AppendResult> appends =
                effort == Effort.ALL ? admission.admit(group.appends()) : scarce(group, effort, admission);
        losses.addAll(admission.losses());
        change.add(admission.went());
        if (effort != Effort.FORGET) {
            gaps.stage(losses);
        }
        SequenceSet toldNow = effort == Effort.ALL ? tell(group, admission) : SequenceSet.EMPTY;
        Lives after = LifeRows.after(
                writing,
                lives,
                !admission.entries().isEmpty(),
                group.parts() ? OptionalLong.of(BufferFile.newEpoch(random)) : OptionalLong.empty());
        change.add(groups.insert(admission.entries()));
        AlarmRows.apply(writing, seal, admission.entries());
        DocumentRows.apply(writing, seal, admission.entries(), group, after);
        var rejected = new ArrayList<AppendResult>(group.rejected().size());
        long quarantined = QuarantineRows.take(
                writing,
                seal,
                group.rejected(),
                new Full(quarantineBytes, effort == Effort.ALL ? settings.quarantineBytes() : 0),
                rejected);
        quarantined -= QuarantineRows.settle(writing, group, appends);
        if (!admission.entries().isEmpty()) {
            next.setLong(1, admission.next());
            next.executeUpdate();
        }
        writing.commit();

        lives = after;
        nextSequence.set(admission.next());
        quarantineBytes = quarantined;
        tally.apply(change);
        eviction.committed();
        gaps.committed(effort == Effort.FORGET ? losses : List.of());
        told = told.minus(group.confirmed()).plus(toldNow);
        apart.forEach(damaged::remove);
        damagedGroups.addAndGet(apart.size());
        keepUp(forgotten);
        return new Committed(appends, rejected, admission.entries(), true);
    }

    private List<AppendResult> scarce(Group group, Effort effort, Admission admission) throws SQLException {
        var appends = new ArrayList<AppendResult>(group.appends().size());
        for (Append append : group.appends()) {
            appends.add(
                    effort == Effort.URGENT && Admission.isUrgent(append)
                            ? admission.admit(append)
                            : admission.refuse(append, full()));
        }
        return appends;
    }

    /** Not again while the core has not confirmed what was told before, or a silent core would fill the disk with it. */
    private SequenceSet tell(Group group, Admission admission) throws SQLException {
        if (group.tellGaps().isEmpty() || !told.minus(group.confirmed()).isEmpty()) {
            return SequenceSet.EMPTY;
        }
        long first = admission.next();
        gaps.tell(group.tellGaps().get()).forEach(admission::add);
        return admission.next() == first
                ? SequenceSet.EMPTY
                : SequenceSet.of(new SequenceRange(first, admission.next() - 1));
    }

    @Override
    public boolean salvage(Salvaged part) {
        if (!ballast.isHeld() || !SalvageRows.fits(policy, tally.bytes(), part)) {
            return false;
        }
        try {
            var rows = new SalvageRows(writing, seal, groups, lives);
            rows.take(part);
            gaps.stage(rows.losses());
            List<Salvaged.State> states = SalvageRows.read(writing);
            // Before the commit: who reads must not meet a row whose life it does not know.
            lives = rows.lives();
            writing.commit();
            tally.apply(rows.change());
            gaps.committed(List.of());
            salvages = states;
            return true;
        } catch (SQLException e) {
            if (!BufferFile.isFull(e)) {
                throw new BufferException("buffer could not take in what was salvaged: " + e.getMessage(), e);
            }
            recover();
            return false;
        }
    }

    /** The damaged files that this one takes over from, and how far that is. */
    public List<Salvaged.State> salvages() {
        return salvages;
    }

    /** After a full disk: the driver has ended the statements that met it, and the log may hold room to give back. */
    private void recover() {
        try {
            BufferFile.rollback(writing);
            gaps.rolledBack();
            groups.close();
            eviction.close();
            next.close();
            groups = new RecordGroups(writing, seal, lives.newest().epoch());
            eviction = new LaneEviction(writing, seal);
            next = writing.prepareStatement(NEXT);
            // What was prepared may have begun to read.
            writing.commit();
            writing.setAutoCommit(true);
            BufferFile.checkpoint(writing);
            writing.setAutoCommit(false);
        } catch (SQLException e) {
            throw new BufferException("buffer could not go on after the disk was full: " + e.getMessage(), e);
        }
    }

    /** The commit before it stands: with no room to work, it is done another time. */
    private void keepUp(long forgotten) {
        try {
            // On a disk that is full, what was forgotten must make room at once.
            upkeep.giveBack(forgotten, forgotten > 0 && (!hasBacklog() || !ballast.isHeld()));
            if (ballast.isHeld()) {
                tally.apply(upkeep.gather(groups, nextSequence.get(), clock.instant(), damaged::add));
            }
        } catch (SQLException e) {
            if (!BufferFile.isFull(e)) {
                throw new BufferException("buffer could not tidy up: " + e.getMessage(), e);
            }
            recover();
        }
    }

    @Override
    public Optional<Slice> read(Lane lane, SequenceRange within, SequenceSet excluding, int max) {
        synchronized (reading) {
            try {
                return SliceMaker.read(
                        new SliceMaker.Source(reading, lives, seal), lane, within, excluding, max, damaged::add);
            } catch (SQLException e) {
                throw new BufferException("buffer could not read: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public Backlog backlog(Lane lane) {
        synchronized (reading) {
            try {
                return new Backlog(tally.records(lane), RecordGroups.oldest(reading, lane));
            } catch (SQLException e) {
                throw new BufferException("buffer could not read its backlog: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public boolean hasBacklog() {
        return tally.bytes().total() > 0;
    }

    @Override
    public Usage usage() {
        return new Usage(tally.bytes().total(), settings.maxBytes());
    }

    @Override
    public Map<Lane, Map<Gap.Reason, Long>> lost() {
        return gaps.lost();
    }

    /** True while the disk itself is so full that only alarms and events come in. */
    public boolean isDiskFull() {
        return !ballast.isHeld();
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

    public Documents documents() {
        return documents;
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

    @Override
    public void close() {
        try {
            synchronized (reading) {
                reading.close();
            }
            next.close();
            groups.close();
            eviction.close();
            writing.close();
        } catch (SQLException e) {
            throw new BufferException("buffer could not close: " + e.getMessage(), e);
        }
    }
}
