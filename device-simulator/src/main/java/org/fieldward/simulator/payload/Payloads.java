package org.fieldward.simulator.payload;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.fieldward.proto.link.DevicePublish;
import org.fieldward.proto.link.DeviceReading;
import org.fieldward.proto.link.DeviceValue;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.reading.Parameter;
import org.fieldward.simulator.sample.Block;
import org.fieldward.simulator.sample.Message.Defect;
import org.fieldward.simulator.sample.Sample;
import org.fieldward.simulator.sample.Spoken;

/** Writes the payload of a publish. Numbers go out digit for digit as the sample has them. Immutable. */
public final class Payloads {

    private static final JsonFactory JSON = new JsonFactory();

    private final PayloadFormat format;

    public Payloads(PayloadFormat format) {
        this.format = format;
    }

    public ByteString encode(Sample sample) {
        return encode(sample.time(), sample.values().stream().map(Cell::of).toList());
    }

    /** Of a block of a waveform: always JSON, on its own topic. */
    public static ByteString encode(Block block) {
        return written(json -> {
            json.writeStartObject();
            json.writeStringField("time", block.begins().toString());
            json.writeObjectFieldStart("waveform");
            json.writeStringField("kind", block.kind().key());
            json.writeNumberField("rate", block.rate());
            json.writeFieldName("resolution");
            json.writeNumber(block.resolution());
            json.writeStringField("unit", block.kind().unit().ucum());
            json.writeArrayFieldStart("samples");
            for (int sample : block.samples()) {
                json.writeNumber(sample);
            }
            json.writeEndArray();
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    public static String waveformTopic(DeviceId device) {
        return "devices/" + device.name() + "/waveforms";
    }

    /** Bytes that look like {@code sample} but must be refused as a whole. */
    public ByteString malformed(Defect defect, Sample sample, RandomGenerator random) {
        List<Cell> cells = sample.values().stream().map(Cell::of).limit(1).toList();
        return switch (defect) {
            case GARBAGE -> garbage(16 + random.nextInt(496), random);
            case TRUNCATED -> {
                ByteString whole = encode(sample);
                yield whole.substring(0, whole.size() - 1 - random.nextInt(whole.size() / 2));
            }
            case WRONG_UNIT -> encode(sample.time(), List.of(plausible().inUnit("furlong")));
            case UNKNOWN_PARAMETER ->
                encode(
                        sample.time(),
                        cells.stream().map(cell -> cell.named("heart-rat")).toList());
            case NO_VALUES -> encode(sample.time(), List.of());
        };
    }

    private static Cell plausible() {
        Parameter heartRate = Catalogue.standard().key("heart-rate");
        return Cell.of(Spoken.Quantity.of(heartRate, BigDecimal.valueOf(72)));
    }

    private static ByteString garbage(int length, RandomGenerator random) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        // Ten times 0xFF is neither JSON nor a protobuf tag, whatever follows.
        Arrays.fill(bytes, 0, 10, (byte) 0xFF);
        return ByteString.copyFrom(bytes);
    }

    private ByteString encode(Instant time, List<Cell> cells) {
        return switch (format) {
            case JSON -> json(time, cells);
            case SENML -> senml(time, cells);
            case PROTOBUF -> protobuf(time, cells);
        };
    }

    private static ByteString json(Instant time, List<Cell> cells) {
        return written(json -> {
            json.writeStartObject();
            json.writeStringField("time", time.toString());
            json.writeObjectFieldStart("values");
            for (Cell cell : cells) {
                json.writeObjectFieldStart(cell.code());
                if (cell.number().isPresent()) {
                    json.writeFieldName("value");
                    json.writeNumber(cell.number().get());
                    json.writeStringField("unit", cell.unit());
                }
                if (cell.absent().isPresent()) {
                    json.writeStringField("absent", cell.absent().get());
                }
                json.writeEndObject();
            }
            json.writeEndObject();
            json.writeEndObject();
        });
    }

    private static ByteString senml(Instant time, List<Cell> cells) {
        return written(json -> {
            json.writeStartArray();
            boolean first = true;
            for (Cell cell : cells) {
                String number = cell.number()
                        .orElseThrow(() -> new IllegalArgumentException(
                                cell.code() + ": SenML has no word for 'absent'; choose another format"));
                json.writeStartObject();
                if (first) {
                    json.writeFieldName("bt");
                    json.writeNumber(seconds(time));
                    first = false;
                }
                json.writeStringField("n", cell.code());
                json.writeStringField("u", cell.unit());
                json.writeFieldName("v");
                json.writeNumber(number);
                json.writeEndObject();
            }
            json.writeEndArray();
        });
    }

    private static ByteString protobuf(Instant time, List<Cell> cells) {
        var reading = DeviceReading.newBuilder().setTimeMicros(Micros.of(time));
        for (Cell cell : cells) {
            var value = DeviceValue.newBuilder().setCode(cell.code()).setUnit(cell.unit());
            cell.number().ifPresent(value::setNumber);
            cell.absent().ifPresent(value::setAbsent);
            reading.addValues(value);
        }
        return DevicePublish.newBuilder().addReadings(reading).build().toByteString();
    }

    private static String seconds(Instant time) {
        return BigDecimal.valueOf(Micros.of(time), 6).stripTrailingZeros().toPlainString();
    }

    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private static ByteString written(Body body) {
        var out = new ByteArrayOutputStream(256);
        try (JsonGenerator json = JSON.createGenerator(out)) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException("could not write a payload", e);
        }
        return ByteString.copyFrom(out.toByteArray());
    }
}
