package org.fieldward.core.distribution;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.fhir.WaveformRecord;
import org.fieldward.core.observation.Observed;
import org.fieldward.core.observation.ReadingQuery;
import org.fieldward.core.observation.ReadingQuery.Position;
import org.fieldward.core.observation.Waveforms;
import org.fieldward.proto.link.StoredReading;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.WaveformKind;

/** Blocks of waveforms in memory. */
public final class FakeWaveforms implements Waveforms {

    private static final Comparator<Position> ORDER =
            Comparator.comparing(Position::measuredAt).thenComparing(Position::device);

    private final List<Observed> stored = new ArrayList<>();

    public void accept(StoredReading block) {
        stored.add(new Observed(block, block.toByteString(), ByteString.copyFrom(new byte[32]), 2, stored.size()));
    }

    @Override
    public List<Observed> find(Query query) {
        ReadingQuery where = query.where();
        Comparator<Position> order = where.newestFirst() ? ORDER.reversed() : ORDER;
        return stored.stream()
                .filter(block -> where.patient()
                                .map(block.record().getPatient()::equals)
                                .orElse(true)
                        && where.device().map(position(block).device()::equals).orElse(true)
                        && where.from()
                                .map(from -> !position(block).measuredAt().isBefore(from))
                                .orElse(true)
                        && where.until()
                                .map(until -> position(block).measuredAt().isBefore(until))
                                .orElse(true)
                        && query.kinds().contains(kind(block))
                        && where.after()
                                .map(after -> {
                                    int place = order.compare(position(block), after);
                                    return place > 0
                                            || (place == 0 && kind(block).number() > query.afterKind());
                                })
                                .orElse(true))
                .sorted(Comparator.comparing(FakeWaveforms::position, order)
                        .thenComparing(block -> kind(block).number()))
                .limit(where.limit())
                .toList();
    }

    @Override
    public Optional<Observed> get(Position position, WaveformKind kind) {
        return stored.stream()
                .filter(block -> position(block).equals(position) && kind(block) == kind)
                .findFirst();
    }

    private static WaveformKind kind(Observed block) {
        return WaveformRecord.kind(block.record().getWaveform());
    }

    private static Position position(Observed block) {
        return new Position(
                new DeviceId(block.record().getDevice()),
                Micros.instant(block.record().getMeasuredMicros()));
    }
}
