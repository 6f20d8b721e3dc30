package org.fieldward.edge.app;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.fieldward.edge.buffer.CommitListener;
import org.fieldward.proto.batch.Sequenced;

/** Hands each commit on. The list is complete before the first device can connect. */
final class Listeners implements CommitListener {

    private final List<CommitListener> all = new CopyOnWriteArrayList<>();

    void add(CommitListener listener) {
        all.add(listener);
    }

    @Override
    public void committed(List<Sequenced> entries) {
        for (var listener : all) {
            listener.committed(entries);
        }
    }
}
