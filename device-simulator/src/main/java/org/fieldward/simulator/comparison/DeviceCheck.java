package org.fieldward.simulator.comparison;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
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
    /** For the first row of each instant: a bit per parameter that the core has shown. */
    private final long[] seen;

    DeviceCheck(DeviceId device, DeviceClaims sent, Claims claims, SentLines lines, Tally tally) {
        this.device = device;
        this.sent = sent;
        this.claims = claims;
        this.lines = lines;
        this.tally = tally;
        seen = new long[sent.size()];
    }

    void found(StoredLine stored) {
        int first = sent.first(stored.time());
        List<List<Spoken>> said = first < 0 ? List.of() : said(first);
        stored.values().forEach((key, shown) -> found(stored.time(), first, said, key, shown));
    }

    private void found(Instant time, int first, List<List<Spoken>> said, String key, Shown shown) {
        List<Shown> expected = expected(said, key);
        if (expected.isEmpty()) {
            tally.add(new Finding.Unexpected(device, time, key, shown));
            return;
        }
        long bit = DeviceClaims.bit(Catalogue.standard().key(key).number());
        if ((seen[first] & bit) != 0) {
            tally.add(new Finding.Doubled(device, time, key));
        } else if (!expected.contains(shown)) {
            tally.add(new Finding.Differing(device, time, key, expected, shown));
        } else {
            tally.matched((acked(first) & bit) != 0);
        }
        seen[first] |= bit;
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
            for (int row = first; row < sent.after(first); row++) {
                all |= sent.parameters(row);
            }
            long acked = acked(first);
            tally.claimed(true, Long.bitCount(acked));
            tally.claimed(false, Long.bitCount(all & ~acked));
            if ((acked & ~seen[first]) != 0) {
                name(first, acked & ~seen[first]);
            }
        }
    }

    private void name(int first, long missing) {
        List<List<Spoken>> said = said(first);
        Instant time = Instant.EPOCH.plus(sent.micros(first), ChronoUnit.MICROS);
        for (Parameter parameter : Catalogue.standard().all()) {
            if ((missing & DeviceClaims.bit(parameter.number())) != 0) {
                tally.add(new Finding.Missing(device, time, parameter.key(), expected(said, parameter.key())));
            }
        }
    }
}
