package org.fieldward.edge.ingest.door;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.fieldward.edge.ingest.session.Change;
import org.fieldward.edge.ingest.session.InMemoryJournal;
import org.fieldward.edge.ingest.session.SessionJournal;

/** A journal in memory whose disk is slow when told so; keeps the first change that no journal could make. */
final class FuzzJournal implements SessionJournal {

    private final InMemoryJournal memory = new InMemoryJournal();
    private final List<CompletableFuture<Void>> waiting = new ArrayList<>();
    private boolean holding;
    private Optional<IllegalStateException> broken = Optional.empty();

    @Override
    public void record(Change change) {
        try {
            memory.record(change);
        } catch (IllegalStateException e) {
            broken = broken.or(() -> Optional.of(new IllegalStateException(change.toString(), e)));
        }
    }

    @Override
    public CompletionStage<Void> settled() {
        var stage = new CompletableFuture<Void>();
        if (holding) {
            waiting.add(stage);
        } else {
            stage.complete(null);
        }
        return stage;
    }

    void hold() {
        holding = true;
    }

    void release() {
        holding = false;
        List<CompletableFuture<Void>> released = List.copyOf(waiting);
        waiting.clear();
        released.forEach(stage -> stage.complete(null));
    }

    Optional<IllegalStateException> broken() {
        return broken;
    }

    @Override
    public Kept load() {
        return memory.load();
    }

    @Override
    public void close() {}
}
