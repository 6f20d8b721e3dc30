package org.fieldward.edge.buffer.sqlite;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.fieldward.edge.buffer.BufferException;
import org.fieldward.edge.buffer.BufferWriter;
import org.fieldward.edge.buffer.Salvaged;
import org.fieldward.edge.buffer.torn.TornFile;
import org.fieldward.edge.buffer.torn.TornRow;
import org.fieldward.edge.seal.Seal;
import org.fieldward.proto.reading.Lane;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the records of damaged files into the buffer, a little at a time beside everything else. Each row is sealed, so
 * one that opens is right wherever it was found. The damaged file is only read. Steps are for one thread.
 */
public final class Salvage implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Salvage.class);

    private static final int PLACES_AT_ONCE = 256;
    private static final int BYTES_AT_ONCE = 256 << 10;
    private static final int MAX_ROW_RECORDS = 1000;
    private static final long PAUSE_NANOS = 50_000_000;
    private static final long NO_ROOM_NANOS = 60_000_000_000L;

    private final Path directory;
    private final Seal seal;
    private final SqliteReadingBuffer buffer;
    private final BufferWriter writer;
    private final Runnable found;
    private final Thread thread;
    private Optional<Search> search = Optional.empty();
    private volatile boolean closing;

    /** What became of a step. */
    public enum Step {
        MORE,
        /** What was found waits until the buffer has room for it. */
        NO_ROOM,
        /** No damaged file is left that was not looked through. */
        DONE
    }

    /** @param epochs that rows may have which do not say theirs */
    private record Search(String file, TornFile torn, Set<Long> epochs) {}

    /** @param found called after records came in that nobody was told of */
    public Salvage(Path directory, SqliteReadingBuffer buffer, BufferWriter writer, Runnable found) {
        this.directory = directory;
        seal = new BufferFile(directory).existingSeal();
        this.buffer = buffer;
        this.writer = writer;
        this.found = found;
        thread = Thread.ofPlatform().name("salvage").unstarted(this::run);
        thread.setPriority(Thread.MIN_PRIORITY);
    }

    /** Goes on in the background until all is done. */
    public void start() {
        if (next().isPresent()) {
            thread.start();
        }
    }

    private void run() {
        try {
            while (!closing) {
                switch (step()) {
                    case MORE -> LockSupport.parkNanos(this, PAUSE_NANOS);
                    case NO_ROOM -> LockSupport.parkNanos(this, NO_ROOM_NANOS);
                    case DONE -> {
                        return;
                    }
                }
            }
        } catch (IOException | CompletionException | BufferException e) {
            // The damaged file stays as it is, and the next start goes on where this one stopped.
            LOG.error("salvage stopped and goes on after the next start: {}", e.getMessage());
        }
    }

    private Optional<Salvaged.State> next() {
        return buffer.salvages().stream().filter(state -> !state.done()).findFirst();
    }

    /** Looks at some places of the first file that is not done, and brings in what is there. */
    public Step step() throws IOException {
        Optional<Salvaged.State> state = next();
        if (state.isEmpty()) {
            return Step.DONE;
        }
        Search at = search(state.get().file());
        var rows = new ArrayList<Salvaged.Row>();
        long place = state.get().position();
        long bytes = 0;
        long end = Math.min(at.torn().places(), place + PLACES_AT_ONCE);
        while (place < end && bytes < BYTES_AT_ONCE) {
            for (TornRow torn : at.torn().rows(place)) {
                Optional<Salvaged.Row> row = row(torn, at.epochs());
                row.ifPresent(rows::add);
                bytes += row.map(one -> one.sealed().size()).orElse(0);
            }
            place++;
        }
        boolean done = place >= at.torn().places();
        if (!writer.salvage(new Salvaged(at.file(), place, done, rows))
                .toCompletableFuture()
                .join()) {
            return Step.NO_ROOM;
        }
        if (!rows.isEmpty()) {
            found.run();
        }
        if (done) {
            finish(at);
        }
        return next().isPresent() ? Step.MORE : Step.DONE;
    }

    private Search search(String file) throws IOException {
        if (search.isEmpty() || !search.get().file().equals(file)) {
            var torn = new TornFile(directory.resolve(file));
            var epochs = new HashSet<Long>();
            BufferFile.metas(torn).forEach(meta -> epochs.add(meta.epoch()));
            search = Optional.of(new Search(file, torn, epochs));
            LOG.info("salvage of {} begins", file);
        }
        return search.get();
    }

    private void finish(Search done) throws IOException {
        done.torn().close();
        search = Optional.empty();
        Files.deleteIfExists(directory.resolve(done.file() + BufferFile.UNSALVAGED));
        buffer.salvages().stream()
                .filter(state -> state.file().equals(done.file()))
                .forEach(state -> LOG.warn(
                        "salvage of {} is done: {} records saved, {} rows beyond saving; the file is kept",
                        state.file(),
                        state.records(),
                        state.lostRows()));
    }

    /** Empty if it is no row of records. */
    private Optional<Salvaged.Row> row(TornRow torn, Set<Long> epochs) {
        Optional<List<Long>> numbers = torn.numbers(1, 4);
        if (numbers.isEmpty()
                || torn.values().size() < 5
                || torn.values().size() > 6
                || !(torn.values().get(4) instanceof TornRow.Value.Bytes sealed)) {
            return Optional.empty();
        }
        long last = torn.rowid();
        long first = numbers.get().get(0);
        long lane = numbers.get().get(1);
        boolean plausible = first >= 1
                && first <= last
                && last - first < MAX_ROW_RECORDS
                && lane >= 1
                && lane <= Lane.values().length
                && sealed.bytes().size() > Seal.OVERHEAD_BYTES;
        if (!plausible) {
            return Optional.empty();
        }
        long received = numbers.get().get(2);
        Set<Long> candidates =
                torn.numbers(5, 6).map(own -> Set.of(own.getFirst())).orElse(epochs);
        for (long epoch : candidates) {
            var row = new RecordGroups.Row(first, last, Lane.of((int) lane), received, sealed.bytes(), epoch);
            if (opens(row)) {
                return Optional.of(
                        new Salvaged.Row(first, last, row.lane(), row.receivedMicros(), row.sealed(), epoch, true));
            }
        }
        return Optional.of(new Salvaged.Row(first, last, Lane.of((int) lane), received, sealed.bytes(), 0, false));
    }

    private boolean opens(RecordGroups.Row row) {
        try {
            RecordGroups.open(row, seal);
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Stops after the step under way; the next start goes on. */
    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        search.ifPresent(open -> {
            try {
                open.torn().close();
            } catch (IOException e) {
                LOG.debug("a damaged file could not be closed", e);
            }
        });
    }
}
