package org.fieldward.edge.decode;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.fieldward.proto.link.DevicePublish;
import org.fieldward.proto.link.DeviceReading;
import org.fieldward.proto.link.DeviceValue;
import org.fieldward.proto.link.DeviceWaveform;
import org.fieldward.proto.reading.AbsentReason;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Value;

/** {@code fieldward.link.v1.DevicePublish}. A field that we do not know is refused, as in JSON. */
final class ProtobufPayload implements Decoder.Parser {

    private final Normaliser normaliser;
    private final WaveformPayload waveforms;

    ProtobufPayload(Normaliser normaliser, WaveformPayload waveforms) {
        this.normaliser = normaliser;
        this.waveforms = waveforms;
    }

    @Override
    public List<Entry> parse(DeviceId device, byte[] payload, Supplier<Arrival> arrivals) {
        return read(device, payload, arrivals).entries();
    }

    @Override
    public Decoded.Readings read(DeviceId device, byte[] payload, Supplier<Arrival> arrivals) {
        DevicePublish publish;
        try {
            publish = DevicePublish.parseFrom(payload);
        } catch (InvalidProtocolBufferException e) {
            throw Fault.unreadable("not a DevicePublish message");
        }
        checkKnown(publish, "a publish");
        return Decoded.Readings.of(
                entries(publish, device, arrivals),
                publish.getSentMicros() == 0
                        ? Optional.empty()
                        : Optional.of(Written.epochMicros("'sent_micros'", publish.getSentMicros())));
    }

    private List<Entry> entries(DevicePublish publish, DeviceId device, Supplier<Arrival> arrivals) {
        if (publish.getReadingsCount() == 0 && publish.getWaveformsCount() == 0) {
            throw Fault.missing("'readings' must hold at least one reading");
        }
        var readings = new ArrayList<Entry>(Math.min(publish.getReadingsCount(), Decoder.MAX_READINGS));
        for (DeviceReading given : publish.getReadingsList()) {
            Decoder.checkCount(readings.size());
            readings.add(reading(given).finish(device, arrivals.get()));
        }
        for (DeviceWaveform given : publish.getWaveformsList()) {
            Decoder.checkCount(readings.size());
            readings.add(waveforms.of(given, device, arrivals));
        }
        return readings;
    }

    private Draft reading(DeviceReading given) {
        checkKnown(given, "a reading");
        var draft = new Draft();
        if (given.getTimeMicros() != 0) {
            draft.measuredAt(Written.epochMicros("'time_micros'", given.getTimeMicros()));
        }
        for (DeviceValue value : given.getValuesList()) {
            checkKnown(value, "a value");
            draft.add(value(value));
        }
        if (draft.isEmpty()) {
            throw Fault.missing("'values' must hold at least one value");
        }
        return draft;
    }

    private Value value(DeviceValue given) {
        String code = given.getCode();
        if (code.isEmpty()) {
            throw Fault.missing("'code' is missing");
        }
        if (!given.getAbsent().isEmpty()) {
            if (!given.getNumber().isEmpty()) {
                throw Fault.invalid(Fault.echo(code) + " must have a number or be absent, not both");
            }
            return normaliser.absent(code, given.getAbsent());
        }
        if (given.getNumber().isEmpty()) {
            throw Fault.missing(Fault.echo(code) + " has no 'number'");
        }
        Optional<AbsentReason> notFinite = Normaliser.notFinite(given.getNumber());
        if (notFinite.isPresent()) {
            return normaliser.absent(code, notFinite.get());
        }
        return normaliser.number(code, Written.decimal(code, given.getNumber()), given.getUnit());
    }

    static void checkKnown(Message message, String what) {
        if (message.getUnknownFields().getSerializedSize() > 0) {
            throw Fault.invalid(what + " must have the fields of DevicePublish only, had field "
                    + message.getUnknownFields().asMap().keySet().iterator().next());
        }
    }
}
