package org.fieldward.simulator.sample;

import com.google.protobuf.ByteString;
import java.time.Duration;
import java.util.Set;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.WaveformKind;

/**
 * One publish that a device is going to make.
 *
 * @param due when, counted from the start of the run
 * @param tricks what is wrong with it on purpose; empty for a well-behaved device
 */
public record Message(Duration due, DeviceId device, Content content, Set<Trick> tricks) {

    public Message {
        tricks = Set.copyOf(tricks);
    }

    public sealed interface Content {}

    /** A sample that the gateway must take. */
    public record Reading(Sample sample) implements Content {}

    /** A block of a waveform that the gateway must take, as JSON; it is no part of the comparison. */
    public record Waveform(WaveformKind kind, ByteString bytes) implements Content {}

    /** Bytes that the gateway must refuse into quarantine, and acknowledge. */
    public record Malformed(Defect defect, ByteString bytes) implements Content {}

    /** What a misbehaving device does. */
    public enum Trick {
        DUPLICATE,
        OUT_OF_ORDER,
        MALFORMED,
        WRONG_CLOCK
    }

    /** How bytes are made unreadable; each makes the whole publish unacceptable. */
    public enum Defect {
        GARBAGE,
        TRUNCATED,
        WRONG_UNIT,
        UNKNOWN_PARAMETER,
        NO_VALUES
    }
}
