package org.fieldward.proto.stick;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Subject;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.StickHeader;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;
import org.junit.jupiter.api.Test;

/** A file on a stick: who can read it, who can have made it, and what is left of a part of it. */
class StickFileTest {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);

    private final SecureRandom random = new SecureRandom();
    private final CertificateMaker maker = new CertificateMaker(random);
    private final Credential core = maker.authority("core", NOON.minus(YEAR), NOON.plus(YEAR));
    private final Credential gateway = gateway("ward-7");

    private Credential gateway(String name) {
        return maker.issue(
                core, new Subject(name, Subject.Purpose.CLIENT, List.of()), NOON.minus(YEAR), NOON.plus(YEAR));
    }

    private static Batch batch(int number) {
        return Batch.newBuilder()
                .setNumber(number)
                .setEpoch(5)
                .setContent(ByteString.copyFromUtf8("the patient in bed " + number))
                .build();
    }

    private byte[] file(Batch... batches) throws IOException {
        var out = new ByteArrayOutputStream();
        var writer = new StickWriter(out, gateway, core.certificate(), NOON, random);
        for (Batch batch : batches) {
            writer.write(batch);
        }
        writer.end();
        assertThat(writer.bytes()).isEqualTo(out.size());
        return out.toByteArray();
    }

    private List<Batch> read(byte[] file) throws IOException {
        StickReader reader = StickReader.open(new ByteArrayInputStream(file), core);
        var batches = new ArrayList<Batch>();
        for (Optional<Batch> next = reader.next(); next.isPresent(); next = reader.next()) {
            batches.add(next.get());
        }
        return batches;
    }

    @Test
    void the_core_reads_what_the_gateway_wrote_and_who_it_was() throws IOException {
        StickReader reader = StickReader.open(new ByteArrayInputStream(file(batch(1), batch(2))), core);

        assertThat(reader.certificate()).isEqualTo(gateway.certificate());
        assertThat(reader.madeAt()).isEqualTo(NOON);
        assertThat(reader.id().size()).isEqualTo(16);
        assertThat(reader.next()).contains(batch(1));
        assertThat(reader.next()).contains(batch(2));
        assertThat(reader.next()).isEmpty();
        assertThat(reader.next()).isEmpty();
    }

    @Test
    void nothing_of_a_batch_is_on_the_stick_in_clear() throws IOException {
        assertThat(new String(file(batch(1)), StandardCharsets.ISO_8859_1)).doesNotContain("patient");
    }

    @Test
    void another_core_and_the_gateway_itself_cannot_read_it() throws IOException {
        byte[] file = file(batch(1));
        Credential stranger = maker.authority("core", NOON.minus(YEAR), NOON.plus(YEAR));
        var pretender = new Credential(gateway.key(), core.chain());

        assertThatThrownBy(() -> StickReader.open(new ByteArrayInputStream(file), stranger))
                .isInstanceOf(StickException.class)
                .hasMessageContaining("another core's authority");
        assertThatThrownBy(() -> StickReader.open(new ByteArrayInputStream(file), pretender)
                        .next())
                .isInstanceOf(StickException.class)
                .hasMessageContaining("does not open");
    }

    @Test
    void every_changed_byte_is_noticed() throws IOException {
        byte[] file = file(batch(1), batch(2));
        for (int at = 0; at < file.length; at++) {
            byte[] changed = file.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> read(changed)).as("byte %d", at).isInstanceOf(StickException.class);
        }
    }

    @Test
    void a_part_of_a_file_gives_its_whole_batches_and_says_that_it_is_a_part() throws IOException {
        byte[] file = file(batch(1), batch(2));
        for (int length = 0; length < file.length; length++) {
            byte[] part = Arrays.copyOf(file, length);
            assertThatThrownBy(() -> read(part)).as("%d bytes", length).isInstanceOf(StickException.class);
        }
        StickReader reader = StickReader.open(new ByteArrayInputStream(Arrays.copyOf(file, file.length - 1)), core);
        assertThat(reader.next()).contains(batch(1));
        assertThat(reader.next()).contains(batch(2));
        assertThatThrownBy(reader::next)
                .isInstanceOf(StickException.class)
                .hasMessageContaining("only a part of it is here");
    }

    @Test
    void what_stands_behind_the_end_is_noticed() throws IOException {
        byte[] file = file(batch(1));
        byte[] longer = Arrays.copyOf(file, file.length + 1);

        assertThatThrownBy(() -> read(longer))
                .isInstanceOf(StickException.class)
                .hasMessageContaining("follows its end");
    }

    @Test
    void another_gateway_cannot_pass_a_file_off_as_its_own() throws IOException {
        byte[] file = file(batch(1));
        Envelope own = Envelope.read(new ByteArrayInputStream(file), StickWriter.KIND, 1 << 16);
        var head = new ByteArrayOutputStream();
        int length = own.write(head);
        StickHeader header = StickHeader.parseFrom(own.body());
        Credential thief = gateway("ward-8");
        var stolen = new ByteArrayOutputStream();
        var about = org.fieldward.proto.link.StickAbout.parseFrom(header.getAbout()).toBuilder()
                .setCertificate(ByteString.copyFrom(org.fieldward.proto.certificate.Pem.der(thief.certificate())));
        Envelope.sign(
                        StickWriter.KIND,
                        header.toBuilder()
                                .setAbout(about.build().toByteString())
                                .build()
                                .toByteArray(),
                        thief.key())
                .write(stolen);
        stolen.write(file, length, file.length - length);

        StickReader reader = StickReader.open(new ByteArrayInputStream(stolen.toByteArray()), core);
        assertThat(reader.certificate()).isEqualTo(thief.certificate());
        assertThatThrownBy(reader::next).isInstanceOf(StickException.class).hasMessageContaining("does not open");
    }

    @Test
    void a_receipt_says_what_the_core_holds_and_only_this_core_can_have_written_it() throws IOException {
        var receipt = new Receipt(
                "ward-7",
                NOON,
                Map.of(5L, SequenceSet.of(new SequenceRange(1, 9), new SequenceRange(12, 12))),
                List.of(ByteString.copyFrom(new byte[16])));
        byte[] file = receipt.write(core.key());
        Credential stranger = maker.authority("core", NOON.minus(YEAR), NOON.plus(YEAR));

        assertThat(Receipt.read(new ByteArrayInputStream(file), core.certificate()))
                .isEqualTo(receipt);
        assertThatThrownBy(() -> Receipt.read(new ByteArrayInputStream(file), stranger.certificate()))
                .isInstanceOf(StickException.class);
        for (int at = 0; at < file.length; at++) {
            byte[] changed = file.clone();
            changed[at] ^= 1;
            assertThatThrownBy(() -> Receipt.read(new ByteArrayInputStream(changed), core.certificate()))
                    .as("byte %d", at)
                    .isInstanceOf(StickException.class);
        }
    }
}
