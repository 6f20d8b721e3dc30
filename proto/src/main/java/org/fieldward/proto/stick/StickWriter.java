package org.fieldward.proto.stick;

import com.google.protobuf.ByteString;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.StickAbout;
import org.fieldward.proto.link.StickHeader;
import org.fieldward.proto.reading.Micros;

/**
 * Writes one file: a signed head in clear, then batches that only the core can read, each sealed in its place, then an
 * end. For one thread; closes nothing.
 */
public final class StickWriter {

    static final String KIND = "FWSTICK1";

    /** The top bit of a frame's length: nothing follows it. */
    static final int END = 1 << 31;

    static final int ID_BYTES = 16;

    /** Of one frame, sealed. */
    public static final int MAX_FRAME_BYTES = 8 << 20;

    private final DataOutputStream out;
    private final Hpke seal;
    private final ByteString id;
    private long bytes;

    /**
     * Writes the head.
     *
     * @param gateway signs
     * @param authority of the core: only who has its key can read what follows
     * @throws IOException if the disk does not take it
     */
    public StickWriter(
            OutputStream out, Credential gateway, X509Certificate authority, Instant madeAt, SecureRandom random)
            throws IOException {
        this.out = new DataOutputStream(out);
        byte[] name = new byte[ID_BYTES];
        random.nextBytes(name);
        id = ByteString.copyFrom(name);
        byte[] about = StickAbout.newBuilder()
                .setId(id)
                .setCertificate(ByteString.copyFrom(Pem.der(gateway.certificate())))
                .setAuthority(StickReader.digest(authority))
                .setFormat(BatchCodec.NEWEST)
                .setMadeAtMicros(Micros.of(madeAt))
                .build()
                .toByteArray();
        KeyPair ephemeral = new CertificateMaker(random).keyPair();
        try {
            seal = Hpke.sender(ephemeral, authority.getPublicKey(), StickReader.info(about));
            byte[] header = StickHeader.newBuilder()
                    .setAbout(ByteString.copyFrom(about))
                    .setEncapsulatedKey(ByteString.copyFrom(Hpke.point(ephemeral.getPublic())))
                    .build()
                    .toByteArray();
            bytes = Envelope.sign(KIND, header, gateway.key()).write(this.out);
        } catch (GeneralSecurityException e) {
            throw new StickException("this JDK cannot encrypt to the core's key", e);
        }
    }

    /** The name of this file in a receipt, 16 bytes. */
    public ByteString id() {
        return id;
    }

    /** Written so far. */
    public long bytes() {
        return bytes;
    }

    /** What a batch takes in the file. */
    public static long bytes(Batch batch) {
        return (long) Integer.BYTES + batch.getSerializedSize() + Hpke.TAG_BYTES;
    }

    public void write(Batch batch) throws IOException {
        frame(batch.toByteArray(), 0);
    }

    /** Without it a reader knows that a part is missing. */
    public void end() throws IOException {
        frame(new byte[0], END);
        out.flush();
    }

    private void frame(byte[] plain, int flag) throws IOException {
        int length = plain.length + Hpke.TAG_BYTES;
        if (length > MAX_FRAME_BYTES) {
            throw new StickException("a batch must be at most " + MAX_FRAME_BYTES + " bytes, was " + plain.length);
        }
        try {
            byte[] sealed = seal.seal(StickReader.prefix(length | flag), plain);
            out.writeInt(length | flag);
            out.write(sealed);
            bytes += Integer.BYTES + sealed.length;
        } catch (GeneralSecurityException e) {
            throw new StickException("could not encrypt", e);
        }
    }
}
