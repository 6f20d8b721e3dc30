package org.fieldward.edge.buffer.quota;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Waveform;

/**
 * Records of one device and lane that are lost for one reason.
 *
 * @param from when the earliest was measured
 * @param to when the latest was measured, a waveform's last sample included
 */
public record Loss(DeviceId device, Lane lane, Gap.Reason reason, Instant from, Instant to, long count) {

    /** What losses are put together by. */
    public record Key(DeviceId device, Lane lane, Gap.Reason reason) {}

    public static Loss of(Entry entry, Gap.Reason reason) {
        Instant from = entry.stamp().measuredAt();
        Instant to = entry instanceof Waveform block ? block.endsAt() : from;
        return new Loss(entry.device(), entry.lane(), reason, from, to, 1);
    }

    public static List<Loss> of(Collection<? extends Entry> entries, Gap.Reason reason) {
        Map<Key, Loss> losses = new LinkedHashMap<>();
        for (Entry entry : entries) {
            Loss loss = of(entry, reason);
            losses.merge(loss.key(), loss, Loss::plus);
        }
        return new ArrayList<>(losses.values());
    }

    public Key key() {
        return new Key(device, lane, reason);
    }

    /** The same for nobody in particular. */
    Loss unnamed() {
        return new Loss(Gap.UNNAMED, lane, reason, from, to, count);
    }

    public Loss plus(Loss other) {
        return new Loss(
                device,
                lane,
                reason,
                from.isBefore(other.from) ? from : other.from,
                to.isAfter(other.to) ? to : other.to,
                count + other.count);
    }

    public Gap gap(Stamp stamp) {
        return new Gap(device, stamp, lane, from, to, count, reason);
    }

    public static Loss of(Gap gap) {
        return new Loss(gap.device(), gap.lost(), gap.reason(), gap.from(), gap.to(), gap.count());
    }
}
