package org.fieldward.simulator.comparison;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.simulator.line.Shown;
import org.fieldward.simulator.line.StoredLine;
import org.fieldward.simulator.sample.Spoken;

/** Ticks off what the core has of one device, then names what is left. */
final class DeviceCheck {

    private final DeviceId device;
    private final DeviceClaims sent;
    private final Claims claims;
    private final SentLines lines;
    private final Tally tally;
    /** A bit per parameter that the core has shown; a further row of an instant is for what was measured at it again. */
    private final long[] seen;

    /** By how much the core put the reading right that each row is ticked off by. */
    private final Duration[] corrections;

    DeviceCheck(DeviceId device, DeviceClaims sent, Claims claims, SentLines lines, Tally tally) {
        this.device = device;
        this.sent = sent;
        this.claims = claims;
        this.lines = lines;
        this.tally = tally;
        seen = new long[sent.size()];
        corrections = new Duration[sent.size()];
        Arrays.fill(corrections, Duration.ZERO);
    }

    void found(StoredLine stored) {
        int first = sent.first(stored.time());
        List<List<Spoken>> said = first < 0 ? List.of() : said(first);
        int row = first < 0 ? first : row(first, stored.correction());
        stored.values().forEach((key, shown) -> found(stored.time(), row, said, key, shown));
    }

    /** Its own for each correction: a clock that was set back says the same time twice, and both are right. */
    private int row(int first, Duration correction) {
        for (int row = first; row < sent.after(first); row++) {
            if (seen[row] == 0 || corrections[row].equals(correction)) {
                corrections[row] = correction;
                return row;
            }
        }
        return first;
    }

    private void found(Instant time, int row, List<List<Spoken>> said, String key, Shown shown) {
        List<Shown> expected = expected(said, key);
        if (expected.isEmpty()) {
            tally.add(new Finding.Unexpected(device, time, key, shown));
            return;
        }
        long bit = DeviceClaims.bit(Catalogue.standard().key(key).number());
        if ((seen[row] & bit) != 0) {
            tally.add(new Finding.Doubled(device, time, key));
        } else if (!expected.contains(shown)) {
            tally.add(new Finding.Differing(device, time, key, expected, shown));
        } else {
            tally.matched((acked(sent.first(time)) & bit) != 0);
        }
        seen[row] |= bit;
    }

    private List<List<Spoken>> said(int first) {
        List<List<Spoken>> said = new ArrayList<>();
        for (int row = first; row < sent.after(first); row++) {
            said.add(lines.read(sent.offset(row), sent.length(row)).sample().values());
        }
        return said;
    }

    private static List<Shown> expected(List<List<Spoken>> said, String key) {
        return said.stream()
                .flatMap(List::stream)
                .filter(spoken -> spoken.parameter().key().equals(key))
                .map(spoken -> Shown.of(spoken.expected()))
                .distinct()
                .toList();
    }

    private long acked(int first) {
        long acked = 0;
        for (int row = first; row < sent.after(first); row++) {
            acked |= claims.isAcked(sent.number(row)) ? sent.parameters(row) : 0;
        }
        return acked;
    }

    void finish() {
        for (int first = 0; first < sent.size(); first = sent.after(first)) {
            long all = 0;
            long shown = 0;
            for (int row = first; row < sent.after(first); row++) {
                all |= sent.parameters(row);
                shown |= seen[row];
            }
            long acked = acked(first);
            tally.claimed(true, Long.bitCount(acked));
            tally.claimed(false, Long.bitCount(all & ~acked));
            if ((acked & ~shown) != 0) {
                name(first, acked & ~shown);
            }
        }
    }

    private void name(int first, long missing) {
        List<List<Spoken>> said = said(first);
        Instant time = Micros.instant(sent.micros(first));
        for (Parameter parameter : Catalogue.standard().all()) {
            if ((missing & DeviceClaims.bit(parameter.number())) != 0) {
                tally.add(new Finding.Missing(device, time, parameter.key(), expected(said, parameter.key())));
            }
        }
    }
}
