package org.fieldward.proto.stick;

import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import org.fieldward.proto.certificate.Enrolments;

/**
 * A signed body: eight bytes that say of what kind it is, length (4 bytes) and body, length (2 bytes) and signature
 * (SHA256withECDSA over the kind and the body).
 */
record Envelope(String kind, ByteString body, ByteString signature) {

    private static final int KIND_BYTES = 8;
    private static final int MAX_SIGNATURE_BYTES = 256;

    static Envelope sign(String kind, byte[] body, PrivateKey key) {
        return new Envelope(
                kind, ByteString.copyFrom(body), ByteString.copyFrom(Enrolments.sign(key, message(kind, body))));
    }

    boolean isSignedBy(PublicKey key) {
        return Enrolments.verify(key, message(kind, body.toByteArray()), signature.toByteArray());
    }

    private static byte[] message(String kind, byte[] body) {
        var out = new ByteArrayOutputStream();
        out.writeBytes("fieldward/stick/".getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(kind.getBytes(StandardCharsets.US_ASCII));
        out.write(0);
        out.writeBytes(body);
        return out.toByteArray();
    }

    /** Returns how many bytes were written. */
    int write(OutputStream out) throws IOException {
        var data = new DataOutputStream(out);
        data.writeBytes(kind);
        data.writeInt(body.size());
        body.writeTo(data);
        data.writeShort(signature.size());
        signature.writeTo(data);
        data.flush();
        return data.size();
    }

    /** Reads no further than the signature, and never more than {@code maxBody} into memory. */
    static Envelope read(InputStream in, String kind, int maxBody) throws IOException {
        var data = new DataInputStream(in);
        try {
            byte[] found = new byte[KIND_BYTES];
            data.readFully(found);
            if (!Arrays.equals(found, kind.getBytes(StandardCharsets.US_ASCII))) {
                throw new StickException("it does not begin with " + kind + ": it is no such file");
            }
            ByteString body = piece(data, "head", data.readInt(), maxBody);
            ByteString signature = piece(data, "signature", data.readUnsignedShort(), MAX_SIGNATURE_BYTES);
            return new Envelope(kind, body, signature);
        } catch (EOFException e) {
            throw new StickException("it ends within its head: only a part of it is here", e);
        }
    }

    private static ByteString piece(DataInputStream data, String field, int length, int most) throws IOException {
        if (length < 1 || length > most) {
            throw new StickException(field + " must be 1 to " + most + " bytes, says " + length);
        }
        ByteString piece = ByteString.copyFrom(data.readNBytes(length));
        if (piece.size() < length) {
            throw new EOFException();
        }
        return piece;
    }
}
