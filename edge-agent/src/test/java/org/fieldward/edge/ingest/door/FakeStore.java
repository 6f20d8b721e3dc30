package org.fieldward.edge.ingest.door;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.buffer.AppendResult;
import org.fieldward.edge.buffer.Rejected;
import org.fieldward.edge.buffer.Store;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Reading;

/** Keeps entries in memory; completes at once, or when told to. */
final class FakeStore implements Store {

    private final List<Entry> entries = new ArrayList<>();
    private final List<Rejected> quarantine = new ArrayList<>();
    private final Deque<Runnable> held = new ArrayDeque<>();
    private boolean holding;
    private boolean full;
    private boolean broken;

    @Override
    public synchronized CompletionStage<AppendResult> store(List<? extends Entry> more) {
        boolean status = more.getFirst() instanceof DeviceStatus;
        return append(!status, () -> entries.addAll(more));
    }

    @Override
    public synchronized CompletionStage<AppendResult> quarantine(Rejected rejected) {
        return append(true, () -> quarantine.add(rejected));
    }

    private CompletionStage<AppendResult> append(boolean mayHold, Runnable keep) {
        var result = new CompletableFuture<AppendResult>();
        boolean nowFull = full;
        boolean nowBroken = broken;
        Runnable work = () -> {
            if (nowBroken) {
                result.completeExceptionally(new IllegalStateException("the disk failed"));
            } else if (nowFull) {
                result.complete(new AppendResult.Full(1, 1));
            } else {
                keep.run();
                result.complete(new AppendResult.Stored(1, 1));
            }
        };
        if (holding && mayHold) {
            held.add(work);
        } else {
            work.run();
        }
        return result;
    }

    synchronized void hold() {
        holding = true;
    }

    /** Completes everything that waits, oldest first. */
    synchronized void release() {
        holding = false;
        while (!held.isEmpty()) {
            held.remove().run();
        }
    }

    synchronized void releaseOne() {
        held.remove().run();
    }

    synchronized int waiting() {
        return held.size();
    }

    synchronized void beFull(boolean value) {
        full = value;
    }

    synchronized void beBroken(boolean value) {
        broken = value;
    }

    synchronized List<Reading> readings() {
        return entries.stream()
                .filter(Reading.class::isInstance)
                .map(Reading.class::cast)
                .toList();
    }

    synchronized List<DeviceStatus> statuses() {
        return entries.stream()
                .filter(DeviceStatus.class::isInstance)
                .map(DeviceStatus.class::cast)
                .toList();
    }

    synchronized List<Rejected> rejected() {
        return List.copyOf(quarantine);
    }
}
