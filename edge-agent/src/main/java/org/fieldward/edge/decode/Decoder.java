package org.fieldward.edge.decode;

import com.google.protobuf.ByteString;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
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
    interface Parser {

        /**
         * All readings or waveforms of the payload, at least one, in its order; each with an arrival of its own.
         *
         * @throws Fault if any of it cannot be used
         */
        List<? extends Entry> parse(DeviceId device, byte[] payload, Supplier<Arrival> arrivals);
    }

    private final Map<Format, Parser> parsers = new EnumMap<>(Format.class);

    public Decoder(Catalogue catalogue) {
        var normaliser = new Normaliser(catalogue);
        parsers.put(Format.JSON, new JsonPayload(normaliser));
        parsers.put(Format.SENML, new SenmlPayload(normaliser));
        var waveforms = new WaveformPayload(catalogue);
        parsers.put(Format.PROTOBUF, new ProtobufPayload(normaliser, waveforms));
        parsers.put(Format.WAVEFORM, waveforms);
    }

    /**
     * All readings of the payload, or why there are none.
     *
     * @param device whose login it was; a name inside the payload counts for nothing
     * @param arrivals asked once per reading, so that two readings never share an instant of arrival
     */
    public Decoded decode(Format format, DeviceId device, ByteString payload, Supplier<Arrival> arrivals) {
        Parser parser = parsers.get(format);
        if (parser == null) {
            return new Refused(RejectReason.UNKNOWN_FORMAT, "no parser for " + format);
        }
        if (payload.isEmpty()) {
            return new Refused(RejectReason.UNREADABLE, "the payload is empty");
        }
        try {
            return Readings.of(parser.parse(device, payload.toByteArray(), arrivals));
        } catch (Fault fault) {
            return new Refused(fault.reason(), fault.detail());
        }
    }

    static void checkCount(int readings) {
        if (readings >= MAX_READINGS) {
            throw Fault.invalid("a payload must hold at most " + MAX_READINGS + " readings");
        }
    }
}
