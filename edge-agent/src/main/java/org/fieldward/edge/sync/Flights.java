package org.fieldward.edge.sync;

import java.util.ArrayList;
import java.util.List;
import org.fieldward.edge.pace.Congestion;
import org.fieldward.edge.sync.SyncAction.Source;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** What went out in this session and is not confirmed yet. For one thread. */
final class Flights {

    /** What a batch costs on the wire beside its content: message, HTTP/2, TLS and TCP. */
    static final int OVERHEAD_BYTES = 160;

    private static final long HEAVY_BYTES = 64 << 10;

    /** Of a satellite or a mobile link in the hills. */
    private static final long SLOWEST_BYTES_PER_SECOND = 2 << 10;

    private final List<Flight> flights = new ArrayList<>();

    private record Flight(Source source, SequenceSet sequences, long bytes, long sentAt) {}

    void clear() {
        flights.clear();
    }

    boolean isEmpty() {
        return flights.isEmpty();
    }

    /** Batches. */
    int size() {
        return flights.size();
    }

    long bytes() {
        return flights.stream().mapToLong(Flight::bytes).sum();
    }

    /** A document that is large for the link is under way: another one would only make everything behind it wait longer. */
    boolean isHeavy() {
        return eventBytes() > HEAVY_BYTES;
    }

    /** A large document on a slow link takes its time, and that is no sign of a dead link. */
    long patienceMillis() {
        return Math.max(0, eventBytes() - HEAVY_BYTES) * 1000 / SLOWEST_BYTES_PER_SECOND;
    }

    private long eventBytes() {
        return flights.stream()
                .filter(flight -> flight.source().lane() == Lane.EVENT)
                .mapToLong(Flight::bytes)
                .sum();
    }

    boolean isAnyOf(Source source) {
        return flights.stream().anyMatch(flight -> flight.source().equals(source));
    }

    SequenceSet sequences() {
        var all = new ArrayList<SequenceRange>();
        flights.forEach(flight -> all.addAll(flight.sequences().ranges()));
        return SequenceSet.of(all);
    }

    /** @param bytes of content and overhead */
    void add(Source source, SequenceSet sequences, long bytes, long now) {
        flights.add(new Flight(source, sequences, bytes, now));
    }

    /** True if any of it was under way. */
    boolean confirmed(SequenceSet sequences, Congestion congestion, long now) {
        boolean progress = false;
        long underWay = bytes();
        for (int i = flights.size() - 1; i >= 0; i--) {
            Flight flight = flights.get(i);
            SequenceSet left = flight.sequences().minus(sequences);
            if (left.size() < flight.sequences().size()) {
                progress = true;
                if (left.isEmpty()) {
                    flights.remove(i);
                    congestion.confirmed(flight.sentAt(), flight.bytes(), underWay, now);
                } else {
                    flights.set(i, new Flight(flight.source(), left, flight.bytes(), flight.sentAt()));
                }
            }
        }
        return progress;
    }
}
