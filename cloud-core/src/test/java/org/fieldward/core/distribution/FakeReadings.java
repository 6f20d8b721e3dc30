package org.fieldward.core.distribution;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.observation.Readings;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;

/** Readings in memory. It remembers the largest limit it was asked for. */
public final class FakeReadings implements Readings {

    private static final Comparator<Position> ORDER =
            Comparator.comparing(Position::measuredAt).thenComparing(Position::device);

    private final TreeMap<Position, Observed> stored = new TreeMap<>(ORDER);
    private final List<Consumer<List<Observed>>> listeners = new CopyOnWriteArrayList<>();
    private final List<Observed> inOrder = new ArrayList<>();
    private long batch;
    private int largestLimit;
    private Optional<RuntimeException> broken = Optional.empty();

    public void accept(StoredReading... readings) {
        accept(List.of(readings));
    }

    public void accept(Collection<StoredReading> readings) {
        var accepted = new ArrayList<Observed>();
        synchronized (this) {
            batch++;
            for (StoredReading reading : readings) {
                var observed = new Observed(
                        reading, reading.toByteString(), ByteString.copyFrom(new byte[32]), batch, accepted.size());
                stored.put(position(reading), observed);
                accepted.add(observed);
            }
            inOrder.addAll(accepted);
        }
        listeners.forEach(listener -> listener.accept(List.copyOf(accepted)));
    }

    /** Batches, counted from 1. */
    public synchronized long batches() {
        return batch;
    }

    /** What was accepted in the batches behind that one. */
    public synchronized List<Observed> behind(long after) {
        return inOrder.stream()
                .filter(observed -> observed.commitmentBatch() > after)
                .toList();
    }

    public synchronized void breakWith(RuntimeException failure) {
        broken = Optional.of(failure);
    }

    public synchronized int largestLimit() {
        return largestLimit;
    }

    @Override
    public synchronized List<Observed> find(ReadingQuery query) {
        broken.ifPresent(failure -> {
            throw failure;
        });
        largestLimit = Math.max(largestLimit, query.limit());
        var ordered = query.newestFirst() ? stored.descendingMap() : stored;
        var behind = query.after().map(after -> ordered.tailMap(after, false)).orElse(ordered);
        return behind.values().stream()
                .filter(observed -> matches(query, observed.record()))
                .limit(query.limit())
                .toList();
    }

    @Override
    public synchronized Optional<Observed> get(Position wanted) {
        return Optional.ofNullable(stored.get(wanted));
    }

    @Override
    public Subscription listen(Consumer<List<Observed>> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private static boolean matches(ReadingQuery query, StoredReading reading) {
        Position position = position(reading);
        return query.patient().map(reading.getPatient()::equals).orElse(true)
                && query.scope()
                        .map(scope -> scope.holds(position.device(), reading.getPatient()))
                        .orElse(true)
                && query.device().map(position.device()::equals).orElse(true)
                && query.from()
                        .map(from -> !position.measuredAt().isBefore(from))
                        .orElse(true)
                && query.until()
                        .map(until -> position.measuredAt().isBefore(until))
                        .orElse(true)
                && (query.parameters().isEmpty()
                        || reading.getParameterList().stream()
                                .map(number -> (Parameter) Catalogue.standard().parameter(number))
                                .anyMatch(query.parameters()::contains));
    }

    private static Position position(StoredReading reading) {
        return new Position(new DeviceId(reading.getDevice()), Micros.instant(reading.getMeasuredMicros()));
    }
}
