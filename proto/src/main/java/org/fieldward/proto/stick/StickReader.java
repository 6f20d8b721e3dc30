package org.fieldward.proto.stick;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import org.fieldward.proto.certificate.CertificateException;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.link.Batch;
import org.fieldward.proto.link.StickAbout;
import org.fieldward.proto.link.StickHeader;
import org.fieldward.proto.reading.Micros;

/**
 * Reads what {@link StickWriter} wrote. Whoever holds one knows that the key of {@link #certificate} made the file;
 * whether that certificate is worth anything is the caller's to say. For one thread; closes nothing.
 */
public final class StickReader {

    private static final int MAX_HEAD_BYTES = 16 << 10;

    private final DataInputStream in;
    private final StickAbout about;
    private final X509Certificate certificate;
    private final Hpke seal;
    private boolean ended;

    private StickReader(DataInputStream in, StickAbout about, X509Certificate certificate, Hpke seal) {
        this.in = in;
        this.about = about;
        this.certificate = certificate;
        this.seal = seal;
    }

    /**
     * Reads and checks the head.
     *
     * @param authority of this core
     * @throws StickException if it is no such file, not for this core, or not signed by the key that it names
     */
    public static StickReader open(InputStream in, Credential authority) throws IOException {
        Envelope envelope = Envelope.read(in, StickWriter.KIND, MAX_HEAD_BYTES);
        try {
            StickHeader header = StickHeader.parseFrom(envelope.body());
            StickAbout about = StickAbout.parseFrom(header.getAbout());
            if (about.getId().size() != StickWriter.ID_BYTES) {
                throw new StickException("id must be " + StickWriter.ID_BYTES + " bytes, was "
                        + about.getId().size());
            }
            if (!about.getAuthority().equals(digest(authority.certificate()))) {
                throw new StickException("it is encrypted to another core's authority and cannot be read here");
            }
            X509Certificate certificate = Pem.certificate(about.getCertificate().toByteArray());
            if (!envelope.isSignedBy(certificate.getPublicKey())) {
                throw new StickException("its signature does not hold: somebody changed it, or the stick did");
            }
            Hpke seal = Hpke.recipient(
                    header.getEncapsulatedKey().toByteArray(),
                    authority.key(),
                    authority.certificate().getPublicKey(),
                    info(header.getAbout().toByteArray()));
            return new StickReader(new DataInputStream(in), about, certificate, seal);
        } catch (InvalidProtocolBufferException | CertificateException e) {
            throw new StickException("its head cannot be read", e);
        } catch (GeneralSecurityException e) {
            throw new StickException("its encapsulated key is no point of P-256", e);
        }
    }

    /** The name that a file gives itself, for whoever cannot open it; nothing of it is checked. */
    public static ByteString id(InputStream in) throws IOException {
        try {
            StickHeader header = StickHeader.parseFrom(
                    Envelope.read(in, StickWriter.KIND, MAX_HEAD_BYTES).body());
            return StickAbout.parseFrom(header.getAbout()).getId();
        } catch (InvalidProtocolBufferException e) {
            throw new StickException("its head cannot be read", e);
        }
    }

    /** The name of this file in a receipt. */
    public ByteString id() {
        return about.getId();
    }

    /** Of the gateway that signed. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** The newest version of the batch format that may be in it. */
    public long format() {
        return Integer.toUnsignedLong(about.getFormat());
    }

    /** By the gateway's clock. */
    public Instant madeAt() {
        return Micros.instant(about.getMadeAtMicros());
    }

    /**
     * The next batch, in the order written; empty at the end, and then all of the file was read.
     *
     * @throws StickException if it is cut off or changed here; what came before is good
     */
    public Optional<Batch> next() throws IOException {
        if (ended) {
            return Optional.empty();
        }
        try {
            int word = in.readInt();
            int length = word & ~StickWriter.END;
            if (length < Hpke.TAG_BYTES || length > StickWriter.MAX_FRAME_BYTES) {
                throw new StickException("a frame must be " + Hpke.TAG_BYTES + " to " + StickWriter.MAX_FRAME_BYTES
                        + " bytes, says " + length);
            }
            byte[] sealed = in.readNBytes(length);
            if (sealed.length < length) {
                throw new EOFException();
            }
            byte[] plain = seal.open(prefix(word), sealed);
            if (length == word) {
                return Optional.of(Batch.parseFrom(plain));
            }
            ended = true;
            if (plain.length > 0 || in.read() >= 0) {
                throw new StickException("something follows its end");
            }
            return Optional.empty();
        } catch (EOFException e) {
            throw new StickException("it ends before its end: only a part of it is here", e);
        } catch (GeneralSecurityException e) {
            throw new StickException("a frame does not open: the stick or somebody changed it", e);
        } catch (InvalidProtocolBufferException e) {
            throw new StickException("a frame is no batch", e);
        }
    }

    /** Binds all frames to what the head says, the gateway's certificate above all. */
    static byte[] info(byte[] about) {
        var out = new ByteArrayOutputStream();
        out.writeBytes("fieldward/stick/v1\0".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(about);
        return out.toByteArray();
    }

    static byte[] prefix(int word) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(word).array();
    }

    static ByteString digest(X509Certificate certificate) {
        try {
            return ByteString.copyFrom(MessageDigest.getInstance("SHA-256").digest(Pem.der(certificate)));
        } catch (GeneralSecurityException e) {
            throw new StickException("every JDK has SHA-256", e);
        }
    }
}
