package org.fieldward.edge.buffer;

import java.util.List;
import org.fieldward.proto.batch.Sequenced;

/** Told of every commit, in order, on the writer's thread: hand over there, do not work there. */
@FunctionalInterface
public interface CommitListener {

    void committed(List<Sequenced> entries);
}
