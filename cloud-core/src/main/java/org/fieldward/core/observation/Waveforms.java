package org.fieldward.core.observation;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.proto.reading.WaveformKind;

/** The read side of accepted blocks of waveforms. Thread-safe. */
public interface Waveforms {

    /**
     * Which blocks, in which order: by the time they begin, then device, then the kind's number, which always ascends.
     *
     * @param where its parameters are not looked at
     * @param afterKind of the device and instant that {@code where} continues behind, kinds with a greater number are
     *     still wanted; 0 for all of them
     */
    record Query(ReadingQuery where, Set<WaveformKind> kinds, int afterKind) {
        public Query {
            kinds = Set.copyOf(kinds);
        }
    }

    /** The current version of each matching block. */
    List<Observed> find(Query query);

    Optional<Observed> get(ReadingQuery.Position position, WaveformKind kind);

    /** Earlier versions of the block, oldest first: what was corrected stays provable. */
    default List<Observed> history(ReadingQuery.Position position, WaveformKind kind) {
        return List.of();
    }

    /** How many blocks match; the limit and the place of the query are not looked at. */
    default long count(Query query) {
        return find(new Query(query.where().behind(Optional.empty()).limitedTo(10_000), query.kinds(), 0))
                .size();
    }
}
