package org.fieldward.edge.decode;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.proto.link.DeviceMark;
import org.fieldward.proto.link.DeviceWaveform;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Samples;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Waveform;
import org.fieldward.proto.reading.WaveformKind;

/**
 * Blocks of waveforms as our own JSON: {@code {"time": "2026-03-01T08:15:30Z", "waveform": {"kind": "ecg-ii", "rate": 250,
 * "resolution": 0.005, "unit": "mV", "samples": [1, 2, null]}}}, or an array of up to 1,000 of them; and the same fields
 * as protobuf. Every member is known or refused. See {@code docs/waveforms.md}.
 */
final class WaveformPayload implements Decoder.Parser {

    private static final BigDecimal MICROS = BigDecimal.valueOf(1_000_000);

    private final Catalogue catalogue;

    WaveformPayload(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @Override
    public List<Waveform> parse(DeviceId device, byte[] payload, Supplier<Arrival> arrivals) {
        try (JsonParser json = JsonPayload.JSON.createParser(payload)) {
            List<Waveform> blocks = switch (JsonPayload.first(json)) {
                case START_OBJECT -> List.of(block(json, device, arrivals));
                case START_ARRAY -> array(json, device, arrivals);
                default -> throw Fault.unreadable("the payload must be a JSON object or an array of them");
            };
            if (json.nextToken() != null) {
                throw Fault.unreadable("nothing may follow the JSON text");
            }
            return blocks;
        } catch (IOException e) {
            throw JsonPayload.unreadable(e);
        }
    }

    private List<Waveform> array(JsonParser json, DeviceId device, Supplier<Arrival> arrivals) throws IOException {
        var blocks = new ArrayList<Waveform>();
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            if (token != JsonToken.START_OBJECT) {
                throw Fault.unreadable("the array must hold objects only");
            }
            Decoder.checkCount(blocks.size());
            blocks.add(block(json, device, arrivals));
        }
        if (blocks.isEmpty()) {
            throw Fault.missing("the array must hold at least one waveform");
        }
        return blocks;
    }

    private Waveform block(JsonParser json, DeviceId device, Supplier<Arrival> arrivals) throws IOException {
        var draft = new Draft();
        Set<String> seen = new HashSet<>();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            once(seen, name);
            switch (name) {
                case "time" -> draft.time = Optional.of(time(json));
                case "waveform" -> {
                    if (json.nextToken() != JsonToken.START_OBJECT) {
                        throw Fault.invalid("'waveform' must be an object");
                    }
                    members(json, draft);
                }
                default ->
                    throw Fault.invalid(
                            "a block must have the members time and waveform only, had " + Fault.echo(name));
            }
        }
        if (!seen.contains("waveform")) {
            throw Fault.missing("'waveform' is missing");
        }
        return draft.finish(catalogue, device, arrivals);
    }

    private static void members(JsonParser json, Draft draft) throws IOException {
        Set<String> seen = new HashSet<>();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            once(seen, name);
            JsonToken token = json.nextToken();
            switch (name) {
                case "kind" -> draft.kind = text(json, token, name);
                case "unit" -> draft.unit = text(json, token, name);
                case "rate" -> draft.rate = number(json, token, name);
                case "period-micros" -> draft.periodMicros = number(json, token, name);
                case "resolution" -> draft.resolution = number(json, token, name);
                case "offset" -> draft.offset = number(json, token, name);
                case "lower-limit" -> draft.lowest = number(json, token, name);
                case "upper-limit" -> draft.highest = number(json, token, name);
                case "samples" -> samples(json, token, draft);
                default ->
                    throw Fault.invalid("a waveform must have the members kind, rate or period-micros, resolution,"
                            + " offset, unit, lower-limit, upper-limit and samples only, had " + Fault.echo(name));
            }
        }
    }

    private static void samples(JsonParser json, JsonToken first, Draft draft) throws IOException {
        if (first != JsonToken.START_ARRAY) {
            throw Fault.invalid("'samples' must be an array");
        }
        for (JsonToken token = json.nextToken(); token != JsonToken.END_ARRAY; token = json.nextToken()) {
            draft.add(
                    switch (token) {
                        case VALUE_NULL -> Samples.MISSING;
                        case VALUE_STRING -> mark(json.getText());
                        case VALUE_NUMBER_INT -> whole(json);
                        default -> throw Fault.invalid("a sample must be a whole number, null, \"E\", \"L\" or \"U\"");
                    });
        }
    }

    private static int whole(JsonParser json) throws IOException {
        if (json.getNumberType() != JsonParser.NumberType.INT
                || Math.abs((long) json.getIntValue()) > Samples.MAX_SAMPLE) {
            throw tooLarge();
        }
        return json.getIntValue();
    }

    private static Fault tooLarge() {
        return Fault.invalid("a sample must be -" + Samples.MAX_SAMPLE + " to " + Samples.MAX_SAMPLE);
    }

    private static int mark(String text) {
        return switch (text) {
            case "E" -> Samples.MISSING;
            case "L" -> Samples.BELOW;
            case "U" -> Samples.ABOVE;
            default -> throw Fault.invalid("a mark must be E, L or U, was " + Fault.echo(text));
        };
    }

    private static Instant time(JsonParser json) throws IOException {
        JsonToken token = json.nextToken();
        return token == JsonToken.VALUE_STRING
                ? Written.rfc3339("'time'", json.getText())
                : Written.epochMillis(
                        "'time'",
                        number(json, token, "time")
                                .orElseThrow(() ->
                                        Fault.invalid("'time' must be an RFC 3339 text or milliseconds since 1970")));
    }

    private static Optional<BigDecimal> number(JsonParser json, JsonToken token, String name) throws IOException {
        if ((token != JsonToken.VALUE_NUMBER_INT && token != JsonToken.VALUE_NUMBER_FLOAT) || json.isNaN()) {
            throw Fault.invalid("'" + name + "' must be a number");
        }
        return Optional.of(Written.decimal(
                "'" + name + "'", json.getTextCharacters(), json.getTextOffset(), json.getTextLength()));
    }

    private static String text(JsonParser json, JsonToken token, String name) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            throw Fault.invalid("'" + name + "' must be a text");
        }
        return json.getText();
    }

    private static void once(Set<String> seen, String name) {
        if (!seen.add(name)) {
            throw Fault.invalid(Fault.echo(name) + " must come once, came twice");
        }
    }

    /** One block of a {@code DevicePublish}. */
    Waveform of(DeviceWaveform given, DeviceId device, Supplier<Arrival> arrivals) {
        ProtobufPayload.checkKnown(given, "a waveform");
        var draft = new Draft();
        if (given.getTimeMicros() != 0) {
            draft.time = Optional.of(Written.epochMicros("'time_micros'", given.getTimeMicros()));
        }
        draft.kind = given.getKind();
        draft.unit = given.getUnit();
        draft.rate = decimal("rate", given.getRate());
        draft.periodMicros = decimal("period_micros", given.getPeriodMicros());
        draft.resolution = decimal("resolution", given.getResolution());
        draft.offset = decimal("offset", given.getOffset());
        draft.lowest = decimal("lower_limit", given.getLowerLimit());
        draft.highest = decimal("upper_limit", given.getUpperLimit());
        checkSize(given.getSamplesCount());
        int[] samples =
                given.getSamplesList().stream().mapToInt(Integer::intValue).toArray();
        for (int sample : samples) {
            if (sample > Samples.MAX_SAMPLE || sample < -Samples.MAX_SAMPLE) {
                throw tooLarge();
            }
        }
        for (DeviceMark run : given.getMarksList()) {
            ProtobufPayload.checkKnown(run, "a mark");
            long end = Integer.toUnsignedLong(run.getFirst()) + Integer.toUnsignedLong(run.getCount());
            if (end > samples.length) {
                throw Fault.invalid("'marks' must name samples that there are, " + samples.length + " are there");
            }
            int mark = mark(run.getMark());
            for (int i = run.getFirst(); i < end; i++) {
                if (Samples.isMark(samples[i])) {
                    throw Fault.invalid("'marks' must not overlap");
                }
                samples[i] = mark;
            }
        }
        for (int sample : samples) {
            draft.add(sample);
        }
        return draft.finish(catalogue, device, arrivals);
    }

    private static void checkSize(int samples) {
        if (samples > Waveform.MAX_SAMPLES) {
            throw Fault.invalid("'samples' must be at most " + Waveform.MAX_SAMPLES + " in a block");
        }
    }

    private static Optional<BigDecimal> decimal(String field, String text) {
        return text.isEmpty() ? Optional.empty() : Optional.of(Written.decimal("'" + field + "'", text));
    }

    /** A block while its payload is being read. */
    private static final class Draft {
        private Optional<Instant> time = Optional.empty();
        private String kind = "";
        private String unit = "";
        private Optional<BigDecimal> rate = Optional.empty();
        private Optional<BigDecimal> periodMicros = Optional.empty();
        private Optional<BigDecimal> resolution = Optional.empty();
        private Optional<BigDecimal> offset = Optional.empty();
        private Optional<BigDecimal> lowest = Optional.empty();
        private Optional<BigDecimal> highest = Optional.empty();
        private int[] samples = new int[256];
        private int size;

        void add(int sample) {
            checkSize(size + 1);
            if (size == samples.length) {
                samples = Arrays.copyOf(samples, 2 * size);
            }
            samples[size++] = sample;
        }

        Waveform finish(Catalogue catalogue, DeviceId device, Supplier<Arrival> arrivals) {
            if (kind.isEmpty()) {
                throw Fault.missing("'kind' is missing");
            }
            if (size == 0) {
                throw Fault.missing("'samples' must hold at least one sample");
            }
            WaveformKind known = catalogue
                    .findWaveform(kind)
                    .orElseThrow(() ->
                            new Fault(RejectReason.UNKNOWN_CODE, "the catalogue has no waveform " + Fault.echo(kind)));
            Unit given = unit.isEmpty()
                    ? known.unit()
                    : Unit.ofUcum(unit).filter(known::allows).orElseThrow(() -> wrongUnit(known));
            try {
                var scale = new Waveform.Scale(
                        resolution.orElse(BigDecimal.ONE), offset.orElse(BigDecimal.ZERO), given, lowest, highest);
                return new Waveform(
                        device,
                        arrivals.get().stamp(time),
                        known,
                        rate(),
                        scale,
                        Samples.of(Arrays.copyOf(samples, size)));
            } catch (IllegalArgumentException e) {
                throw Fault.invalid(String.valueOf(e.getMessage()));
            }
        }

        private Fault wrongUnit(WaveformKind known) {
            var allowed = new StringBuilder(known.unit().ucum());
            known.unitsAlso().forEach(one -> allowed.append(" or ").append(one.ucum()));
            return new Fault(
                    RejectReason.WRONG_UNIT, known.key() + " must be in " + allowed + ", was in " + Fault.echo(unit));
        }

        /** As it was said, without a division that could round. */
        private Waveform.Rate rate() {
            if (rate.isPresent() == periodMicros.isPresent()) {
                throw rate.isPresent()
                        ? Fault.invalid("a waveform must have a rate or a period, not both")
                        : Fault.missing("'rate' is missing");
            }
            try {
                BigDecimal one = BigDecimal.ONE;
                return rate.isPresent() ? ratio(rate.get(), MICROS) : ratio(one, periodMicros.orElse(one));
            } catch (ArithmeticException e) {
                throw Fault.invalid("the rate must be one sample a minute to 100000 a second");
            }
        }

        private static Waveform.Rate ratio(BigDecimal samples, BigDecimal micros) {
            int scale = Math.max(Math.max(samples.scale(), micros.scale()), 0);
            return new Waveform.Rate(
                    samples.movePointRight(scale).longValueExact(),
                    micros.movePointRight(scale).longValueExact());
        }
    }
}
