package org.fieldward.proto.reading;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Every parameter and every kind of waveform that Fieldward knows, read from {@code vital-signs.csv} and
 * {@code waveforms.csv} beside this class. Supporting another one is another row there. Immutable.
 */
public final class Catalogue {

    private static final Catalogue STANDARD =
            new Catalogue(load("vital-signs.csv", Catalogue::row), load("waveforms.csv", Catalogue::waveformRow));

    private final @Nullable Parameter[] byNumber;
    private final Map<String, Parameter> byKey = new LinkedHashMap<>();
    private final Map<String, Parameter> byCode = new HashMap<>();

    private final Map<Integer, WaveformKind> waveforms = new LinkedHashMap<>();
    private final Map<String, WaveformKind> waveformByCode = new HashMap<>();

    private Catalogue(List<Parameter> parameters, List<WaveformKind> kinds) {
        int highest = parameters.stream().mapToInt(Parameter::number).max().orElse(0);
        byNumber = new @Nullable Parameter[highest + 1];
        for (Parameter parameter : parameters) {
            boolean twice = byNumber[parameter.number()] != null;
            byNumber[parameter.number()] = parameter;
            if (byKey.put(parameter.key(), parameter) != null || twice) {
                throw new IllegalStateException("vital-signs.csv names '" + parameter.key() + "' or its number twice");
            }
            byCode.put(parameter.key(), parameter);
            parameter.mdc().ifPresent(code -> byCode.putIfAbsent(code.toString(), parameter));
            parameter.mdcAlso().forEach(code -> byCode.putIfAbsent(code.toString(), parameter));
            byCode.putIfAbsent(parameter.loinc(), parameter);
            parameter.loincAlso().forEach(code -> byCode.putIfAbsent(code, parameter));
        }
        for (WaveformKind kind : kinds) {
            if (waveforms.put(kind.number(), kind) != null || waveformByCode.put(kind.key(), kind) != null) {
                throw new IllegalStateException("waveforms.csv names '" + kind.key() + "' or its number twice");
            }
            kind.mdc().ifPresent(code -> waveformByCode.putIfAbsent(code.toString(), kind));
            kind.loinc().ifPresent(code -> waveformByCode.putIfAbsent(code, kind));
        }
    }

    public static Catalogue standard() {
        return STANDARD;
    }

    /** The row with this number; an unknown number is an error of whoever wrote the record. */
    public Parameter parameter(int number) {
        Parameter found = number > 0 && number < byNumber.length ? byNumber[number] : null;
        if (found == null) {
            throw new IllegalArgumentException("parameter must be a number of the catalogue, was " + number);
        }
        return found;
    }

    /** By our own key; for code that names a parameter which is certainly there. */
    public Parameter key(String key) {
        Parameter found = byKey.get(key);
        if (found == null) {
            throw new IllegalArgumentException("the catalogue has no parameter '" + key + "'");
        }
        return found;
    }

    /**
     * By key, LOINC code or decimal MDC code, as devices name it. Where two parameters share a LOINC code (invasive and
     * non-invasive blood pressure) the earlier row of the catalogue is meant.
     */
    public Optional<Parameter> find(String code) {
        return Optional.ofNullable(byCode.get(code));
    }

    /** In the order of the catalogue. */
    public Collection<Parameter> all() {
        return Collections.unmodifiableCollection(byKey.values());
    }

    /** The kind of waveform with this number; an unknown number is an error of whoever wrote the record. */
    public WaveformKind waveform(int number) {
        WaveformKind found = waveforms.get(number);
        if (found == null) {
            throw new IllegalArgumentException("waveform must be a number of the catalogue, was " + number);
        }
        return found;
    }

    /** By key, LOINC code or decimal MDC code, as devices name it. */
    public Optional<WaveformKind> findWaveform(String code) {
        return Optional.ofNullable(waveformByCode.get(code));
    }

    /** In the order of the catalogue. */
    public Collection<WaveformKind> waveforms() {
        return Collections.unmodifiableCollection(waveforms.values());
    }

    private static <T> List<T> load(String resource, Function<String[], T> row) {
        try (InputStream in = Catalogue.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the class path has no " + resource);
            }
            var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            return reader.lines()
                    .skip(1)
                    .map(line -> row.apply(line.split(",", -1)))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("could not read " + resource, e);
        }
    }

    private static WaveformKind waveformRow(String[] cell) {
        return new WaveformKind(
                Integer.parseInt(cell[0]),
                cell[1],
                cell[2],
                some(cell[3]),
                some(cell[4]).map(Integer::valueOf),
                unit(cell[5]),
                list(cell[6], Catalogue::unit));
    }

    private static Parameter row(String[] cell) {
        return new Parameter(
                Integer.parseInt(cell[0]),
                cell[1],
                cell[2],
                cell[3],
                some(cell[4]),
                cell[5],
                list(cell[6], Function.identity()),
                some(cell[7]).map(Integer::valueOf),
                list(cell[8], Integer::valueOf),
                some(cell[9]).map(Catalogue::unit),
                list(cell[10], Catalogue::unit),
                cell[11].equals("off"));
    }

    private static Unit unit(String ucum) {
        return Unit.ofUcum(ucum)
                .orElseThrow(() -> new IllegalStateException("a catalogue names the unknown unit '" + ucum + "'"));
    }

    private static Optional<String> some(String cell) {
        return cell.isEmpty() ? Optional.empty() : Optional.of(cell);
    }

    private static <T> List<T> list(String cell, Function<String, T> each) {
        return cell.isEmpty() ? List.of() : Stream.of(cell.split(";")).map(each).toList();
    }
}
