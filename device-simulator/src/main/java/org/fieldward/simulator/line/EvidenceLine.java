package org.fieldward.simulator.line;

import java.time.Instant;
import java.util.Set;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.simulator.sample.Message.Defect;
import org.fieldward.simulator.sample.Message.Trick;
import org.fieldward.simulator.sample.Sample;

/**
 * One fact about one message.
 *
 * @see EvidenceCodec for how it is written
 */
public sealed interface EvidenceLine {

    /** Names the message in its file: counted from 1, never given twice. */
    long number();

    /** By the simulator's clock. */
    Instant at();

    /** A sample is about to be published for the first time. */
    record Sent(long number, Instant at, int qos, Set<Trick> tricks, Sample sample) implements EvidenceLine {
        public Sent {
            tricks = Set.copyOf(tricks);
        }
    }

    /** Bytes that must be refused are about to be published for the first time. */
    record SentMalformed(long number, Instant at, int qos, DeviceId device, Defect defect, Digest digest)
            implements EvidenceLine {}

    /** A block of a waveform is about to be published for the first time. */
    record SentWaveform(long number, Instant at, int qos, DeviceId device, String kind, Digest digest)
            implements EvidenceLine {}

    /** The same message is about to be published again. */
    record Resent(long number, Instant at, int attempt) implements EvidenceLine {}

    /** The gateway took responsibility for it: PUBACK, or PUBCOMP at QoS 2. */
    record Acked(long number, Instant at) implements EvidenceLine {}

    /**
     * Names bytes without showing them.
     *
     * @param sha256 lower-case hexadecimal
     */
    record Digest(int bytes, String sha256) {}
}
