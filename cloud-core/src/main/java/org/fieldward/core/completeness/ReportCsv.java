package org.fieldward.core.completeness;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.fieldward.core.completeness.Report.Row;
import org.fieldward.core.completeness.Report.Stretch;
import org.fieldward.core.observation.tally.Tallies.Count;
import org.fieldward.proto.reading.Gap;

/** A report's rows as CSV (RFC 4180), one line per bed and day. */
public final class ReportCsv {

    private static final List<String> HEADER = List.of(
            "day",
            "zone",
            "zone_known",
            "facility",
            "bed",
            "devices",
            "patients",
            "measured",
            "confirmed",
            "readings",
            "values",
            "waveforms",
            "unbound",
            "quarantined",
            "signed",
            "anchored",
            "final",
            "missing_thinned",
            "missing_evicted",
            "missing_refused",
            "missing_damaged",
            "missing_across_days",
            "sequence_holes",
            "quarters_bound",
            "quarters_with_record");

    private ReportCsv() {}

    public static String write(Report report) {
        var text = new StringBuilder(String.join(",", HEADER)).append("\r\n");
        report.rows().forEach(row -> text.append(line(row)).append("\r\n"));
        return text.toString();
    }

    private static String line(Row row) {
        Count stored = row.stored();
        var line = new StringJoiner(",");
        line.add(row.day().toString());
        line.add(row.zone().map(Object::toString).orElse("UTC"));
        line.add(Boolean.toString(row.zone().isPresent()));
        line.add(cell(row.facility().orElse("")));
        line.add(cell(row.bed().orElse("")));
        line.add(cell(String.join(" ", row.devices())));
        line.add(cell(String.join(" ", new TreeMap<>(row.patients()).keySet())));
        for (long number : new long[] {
            row.measured(),
            row.confirmed(),
            stored.readings(),
            stored.values(),
            stored.waveforms(),
            row.unbound(),
            Report.sum(row.quarantined()),
            row.signed(),
            row.anchored(),
            row.finished()
        }) {
            line.add(Long.toString(number));
        }
        for (Gap.Reason reason : Gap.Reason.values()) {
            if (reason.isMissing()) {
                line.add(Long.toString(of(row.missing(), reason)));
            }
        }
        line.add(Long.toString(Report.sum(row.across())));
        // Nothing where it is not known: 0 would say that there is none.
        line.add(
                row.stretches().isEmpty()
                        ? ""
                        : Long.toString(row.stretches().stream()
                                .mapToLong(Stretch::holes)
                                .sum()));
        line.add(Integer.toString(row.boundQuarters()));
        line.add(Integer.toString(row.quarters()));
        return line.toString();
    }

    private static long of(Map<String, Long> missing, Gap.Reason reason) {
        return missing.getOrDefault(reason.name().toLowerCase(Locale.ROOT), 0L);
    }

    /** A spreadsheet would run what begins like a formula. */
    private static String cell(String text) {
        String safe = !text.isEmpty() && "=+-@".indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
                ? "\"" + safe.replace("\"", "\"\"") + "\""
                : safe;
    }
}
