package org.fieldward.edge.decode;

import com.google.protobuf.ByteString;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.fieldward.edge.buffer.RejectReason;
import org.fieldward.edge.decode.Decoded.Readings;
import org.fieldward.edge.decode.Decoded.Refused;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Entry;

/** Makes readings of a payload, all of it or nothing. Pure but for the arrivals it asks for; thread-safe. */
public final class Decoder {

    /** Of one payload. */
    public static final int MAX_READINGS = 1000;

    /** Reads one format. Stateless, so that every event loop may use it. */
    public interface Parser {

        /**
         * All readings or waveforms of the payload, at least one, in its order; each with an arrival of its own.
         *
         * @throws Fault if any of it cannot be used
         */
        List<? extends Entry> parse(DeviceId device, byte[] payload, Supplier<Arrival> arrivals);

        /** The same, with what the device's clock showed while it sent, in the formats that can say it. */
        default Readings read(DeviceId device, byte[] payload, Supplier<Arrival> arrivals) {
            return Readings.of(parse(device, payload, arrivals), Optional.empty());
        }
    }

    private final Map<Format.Fixed, Parser> parsers = new EnumMap<>(Format.Fixed.class);
    private final Function<Format, Optional<Parser>> more;

    /** Reads the fixed formats only. */
    public Decoder(Catalogue catalogue) {
        this(new Normaliser(catalogue), format -> Optional.empty());
    }

    /** @param more parsers of the formats that depend on the operator's files or on what a publisher said before */
    public Decoder(Normaliser normaliser, Function<Format, Optional<Parser>> more) {
        var waveforms = new WaveformPayload(normaliser.catalogue());
        this.more = more;
        parsers.put(Format.Fixed.JSON, new JsonPayload(normaliser));
        parsers.put(Format.Fixed.SENML, new SenmlPayload(normaliser));
        parsers.put(Format.Fixed.SENML_CBOR, new SenmlCborPayload(normaliser));
        parsers.put(Format.Fixed.PROTOBUF, new ProtobufPayload(normaliser, waveforms));
        parsers.put(Format.Fixed.WAVEFORM, waveforms);
    }

    /**
     * All readings of the payload, or why there are none.
     *
     * @param device whose login it was; a name inside the payload counts for nothing
     * @param arrivals asked once per reading, so that two readings never share an instant of arrival
     */
    public Decoded decode(Format format, DeviceId device, ByteString payload, Supplier<Arrival> arrivals) {
        Optional<Parser> parser = switch (format) {
            case Format.Fixed fixed -> Optional.ofNullable(parsers.get(fixed));
            case Format.Mapped mapped -> more.apply(mapped);
            case Format.Sparkplug sparkplug -> more.apply(sparkplug);
        };
        if (parser.isEmpty()) {
            return new Refused(RejectReason.UNKNOWN_FORMAT, "no parser for " + format);
        }
        if (payload.isEmpty()) {
            return new Refused(RejectReason.UNREADABLE, "the payload is empty");
        }
        try {
            return parser.get().read(device, payload.toByteArray(), arrivals);
        } catch (Fault fault) {
            return new Refused(fault.reason(), fault.detail());
        }
    }

    /** @param readings how many there are already, before one more */
    public static void checkCount(int readings) {
        if (readings >= MAX_READINGS) {
            throw Fault.invalid("a payload must hold at most " + MAX_READINGS + " readings");
        }
    }
}
