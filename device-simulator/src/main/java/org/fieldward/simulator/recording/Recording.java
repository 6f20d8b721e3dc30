package org.fieldward.simulator.recording;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.simulator.sample.Sample;
import org.fieldward.simulator.sample.Spoken;

/**
 * Vital signs of one patient, as a monitor recorded them. Two shapes of CSV are known by their first column:
 * {@code Time [s]} (BIDMC numerics, one row a second) and {@code minute} (a MIMIC record, one row a minute). Columns
 * that we have no parameter for are refused by name. Empty and {@code NaN} cells are not values; rows without a value
 * are left out. Zeros are kept: monitors write them for "sensor off".
 *
 * @param name the file's name without {@code .csv} and {@code _Numerics}
 * @param rows by time from the start of the recording
 */
public record Recording(String name, List<Row> rows) {

    private static final Map<String, Duration> STEPS =
            Map.of("time [s]", Duration.ofSeconds(1), "minute", Duration.ofMinutes(1));

    private static final Map<String, String> COLUMNS = Map.ofEntries(
            Map.entry("hr", "heart-rate"),
            Map.entry("pulse", "pulse-rate"),
            Map.entry("resp", "respiratory-rate"),
            Map.entry("spo2", "spo2"),
            Map.entry("abpsys", "arterial-systolic"),
            Map.entry("abpdias", "arterial-diastolic"),
            Map.entry("abpmean", "arterial-mean"),
            Map.entry("nbpsys", "systolic"),
            Map.entry("nbpdias", "diastolic"),
            Map.entry("nbpmean", "mean-arterial-pressure"));

    /** The values of one row; {@code offset} counts from the start of the recording. */
    public record Row(Duration offset, List<Spoken> values) {
        public Row {
            values = List.copyOf(values);
        }
    }

    public Recording {
        rows = List.copyOf(rows);
    }

    public static Recording read(Path file) {
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            return parse(nameOf(file), reader.lines());
        } catch (IOException e) {
            throw new RecordingException("could not read the recording " + file, e);
        }
    }

    static Recording parse(String name, Stream<String> lines) {
        List<String> all = lines.filter(line -> !line.isBlank()).toList();
        if (all.isEmpty()) {
            throw new RecordingException(name + " must begin with a line of column names, was empty");
        }
        String[] head = all.getFirst().split(",", -1);
        Duration step = Optional.ofNullable(STEPS.get(normal(head[0])))
                .orElseThrow(() -> new RecordingException(
                        name + ": first column must be 'Time [s]' or 'minute', was '" + head[0] + "'"));
        List<Parameter> parameters = new ArrayList<>();
        for (int i = 1; i < head.length; i++) {
            parameters.add(parameter(name, head[i]));
        }
        List<Row> rows = new ArrayList<>();
        for (int line = 1; line < all.size(); line++) {
            Row row = row(name + " row " + line, all.get(line).split(",", -1), step, parameters);
            if (!row.values().isEmpty()) {
                rows.add(row);
            }
        }
        return new Recording(name, rows);
    }

    private static Row row(String where, String[] cells, Duration step, List<Parameter> parameters) {
        if (cells.length != parameters.size() + 1) {
            throw new RecordingException(
                    where + " must have " + (parameters.size() + 1) + " cells, had " + cells.length);
        }
        try {
            BigDecimal steps = new BigDecimal(cells[0].strip());
            Duration offset = Duration.ofNanos(
                    steps.multiply(BigDecimal.valueOf(step.toNanos())).longValueExact());
            List<Spoken> values = new ArrayList<>();
            for (int i = 0; i < parameters.size(); i++) {
                String cell = cells[i + 1].strip();
                if (!cell.isEmpty() && !cell.equalsIgnoreCase("nan")) {
                    values.add(Spoken.Quantity.of(parameters.get(i), new BigDecimal(cell)));
                }
            }
            return new Row(offset, values);
        } catch (ArithmeticException | NumberFormatException e) {
            // The cell itself is a patient's data, so the text names its place only.
            throw new RecordingException(where + " must hold numbers only", e);
        }
    }

    private static Parameter parameter(String name, String column) {
        String key = COLUMNS.get(normal(column));
        if (key == null) {
            throw new RecordingException(name + ": no parameter is known for the column '" + column.strip() + "'");
        }
        return Catalogue.standard().key(key);
    }

    private static String normal(String column) {
        return column.strip().toLowerCase(Locale.ROOT);
    }

    private static String nameOf(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.replaceAll("\\.csv$", "").replaceAll("_Numerics$", "");
    }

    /** From the first row to the last. */
    public Duration length() {
        return rows.isEmpty()
                ? Duration.ZERO
                : rows.getLast().offset().minus(rows.getFirst().offset());
    }

    public long values() {
        return rows.stream().mapToLong(row -> row.values().size()).sum();
    }

    /** The recording as said by a device whose clock showed {@code start} when it began. */
    public Stream<Sample> samples(DeviceId device, Instant start) {
        return rows.stream().map(row -> new Sample(device, start.plus(row.offset()), row.values()));
    }
}
