package org.fieldward.edge.stick;

import static org.fieldward.edge.fuzz.Check.that;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.fieldward.edge.buffer.BufferSettings;
import org.fieldward.edge.buffer.BufferWriter;
import org.fieldward.edge.buffer.InMemoryBuffer;
import org.fieldward.edge.buffer.ReadingBuffer.Append;
import org.fieldward.edge.buffer.ReadingBuffer.Group;
import org.fieldward.edge.buffer.Readings;
import org.fieldward.edge.fuzz.Dice;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Enrolments;
import org.fieldward.proto.certificate.Subject;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** Any bytes as a receipt, also with the core's signature: what was never sent is never forgotten, and nothing throws. */
public final class ReceiptFuzz {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final CertificateMaker MAKER = new CertificateMaker(new SecureRandom());
    private static final Credential CORE = MAKER.authority("core", NOON.minus(YEAR), NOON.plus(YEAR));
    private static final Credential OWN = MAKER.issue(
            CORE, new Subject("ward-7", Subject.Purpose.CLIENT, List.of()), NOON.minus(YEAR), NOON.plus(YEAR));
    private static final int RECORDS = 20;

    private ReceiptFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var dice = new Dice(data);
        boolean signed = dice.flag();
        int exported = dice.below(RECORDS + 1);
        byte[] content = signed ? signed(dice.rest()) : dice.rest();
        var buffer = new InMemoryBuffer(1_000);
        try (var writer = new BufferWriter(buffer, BufferSettings.DEFAULT, entries -> {}, failure -> {})) {
            store(buffer, exported);
            var desk = new StickDesk(buffer, writer, () -> Readings.stamp(1), Optional.of(OWN), below -> below);
            store(buffer, RECORDS - exported);

            String answer = desk.serve(StickDesk.RECEIPT, content);

            boolean taken = answer.startsWith("receipt of ");
            that(taken || answer.startsWith("the receipt is refused: "), "an answer says what became of it: " + answer);
            that(!taken || signed, "only the core's signature counts");
            that(taken || left(buffer, 1) == RECORDS, "who refuses forgets nothing");
            that(left(buffer, exported + 1) == RECORDS - exported, "what never left is never forgotten");
        }
    }

    /** As docs/protocol.md lays a receipt out. */
    private static byte[] signed(byte[] body) {
        byte[] label = "fieldward/stick/FWRCEPT1\0".getBytes(StandardCharsets.US_ASCII);
        byte[] message = ByteBuffer.allocate(label.length + body.length)
                .put(label)
                .put(body)
                .array();
        byte[] signature = Enrolments.sign(CORE.key(), message);
        return ByteBuffer.allocate(8 + 4 + body.length + 2 + signature.length)
                .put("FWRCEPT1".getBytes(StandardCharsets.US_ASCII))
                .putInt(body.length)
                .put(body)
                .putShort((short) signature.length)
                .put(signature)
                .array();
    }

    private static void store(InMemoryBuffer buffer, int count) {
        if (count > 0) {
            var unused = buffer.commit(new Group(
                    List.of(new Append(Readings.readings(count), OptionalLong.empty())),
                    List.of(),
                    SequenceSet.EMPTY,
                    List.of()));
        }
    }

    private static long left(InMemoryBuffer buffer, long from) {
        return buffer.read(Lane.VITAL, new SequenceRange(from, RECORDS + 1), SequenceSet.EMPTY, RECORDS)
                .map(slice -> slice.sequences().size())
                .orElse(0L);
    }
}
