package org.fieldward.core.intake.stick;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.intake.enrolment.Authority;
import org.fieldward.core.journal.MemoryJournal;
import org.fieldward.core.registry.MemoryGateways;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.Sequenced;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.certificate.Subject;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.Lane;
import org.fieldward.proto.link.Range;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.fieldward.proto.stick.Receipt;
import org.fieldward.proto.stick.StickWriter;

/** A core in memory, and gateways that write sticks for it. */
final class Clinic {

    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    static final long EPOCH = 77;
    private static final Duration YEAR = Duration.ofDays(365);

    private final SecureRandom random = new SecureRandom();
    private final CertificateMaker maker = new CertificateMaker(random);
    private final Credential core;
    final Authority authority;
    final MemoryGateways gateways;
    final MemoryJournal journal = new MemoryJournal();

    Clinic() {
        core = maker.authority("core", NOON.minus(YEAR), NOON.plus(YEAR));
        authority = new Authority(core, maker, () -> NOON);
        gateways = new MemoryGateways(() -> NOON);
    }

    private Clinic(Clinic other) {
        core = other.core;
        authority = other.authority;
        gateways = other.gateways;
    }

    /** The same core with the same gateways and nothing in its journal. */
    Clinic afresh() {
        return new Clinic(this);
    }

    /** With a certificate that ended long ago, if it is to. */
    Credential gateway(String name, boolean expired) {
        Credential own = maker.issue(
                core,
                new Subject(name, Subject.Purpose.CLIENT, List.of()),
                NOON.minus(YEAR),
                expired ? NOON.minus(Duration.ofDays(30)) : NOON.plus(YEAR));
        gateways.admit(name, new byte[32], NOON);
        gateways.certified(
                name,
                Pem.fingerprint(own.certificate()),
                own.certificate().getNotAfter().toInstant());
        return own;
    }

    byte[] file(Credential gateway, List<Batch> batches) {
        var out = new ByteArrayOutputStream();
        try {
            var writer = new StickWriter(out, gateway, core.certificate(), NOON, random);
            for (Batch batch : batches) {
                writer.write(batch);
            }
            writer.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** Heart rates of one device, one a second, under these sequences. */
    static Batch batch(long first, long last) {
        var records = new ArrayList<Sequenced>();
        for (long sequence = first; sequence <= last; sequence++) {
            records.add(new Sequenced(
                    sequence,
                    new Reading(
                            new DeviceId("bed-1"),
                            new Stamp(
                                    Optional.empty(), NOON.plusSeconds(sequence), sequence, 1, ClockState.SYNCHRONISED),
                            List.of(new Value.Quantity(
                                    Catalogue.standard().key("heart-rate"),
                                    new BigDecimal(60 + sequence % 40),
                                    Unit.PER_MINUTE)))));
        }
        return Batch.newBuilder()
                .setEpoch(EPOCH)
                .setLane(Lane.LANE_VITAL)
                .addRanges(Range.newBuilder().setFirst(first).setLast(last))
                .setContent(ByteString.copyFrom(BatchCodec.encode(records)))
                .build();
    }

    StickImport door() {
        return new StickImport(authority, gateways, journal, () -> NOON);
    }

    Imported read(byte[] file) {
        return door().read(new ByteArrayInputStream(file));
    }

    /** As the gateway would read it. */
    Receipt received(Receipt receipt) throws IOException {
        return Receipt.read(new ByteArrayInputStream(authority.sign(receipt)), core.certificate());
    }
}
