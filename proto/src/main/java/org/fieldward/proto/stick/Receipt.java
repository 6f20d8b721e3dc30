package org.fieldward.proto.stick;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.fieldward.proto.batch.Ranges;
import org.fieldward.proto.link.StickHolding;
import org.fieldward.proto.link.StickReceipt;
import org.fieldward.proto.reading.Micros;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * What the core says that it holds for good, to be carried back to the gateway. Signed by the core's authority, not secret:
 * numbers of records and nothing of what is in them.
 *
 * @param madeAt by the core's clock
 * @param held by epoch
 * @param files ids of files that were imported to their end
 */
public record Receipt(String gateway, Instant madeAt, Map<Long, SequenceSet> held, List<ByteString> files) {

    static final String KIND = "FWRCEPT1";

    /** Of a whole receipt. */
    public static final int MAX_BYTES = 16 << 20;

    private static final int MAX_NAME = 64;

    public Receipt {
        held = Map.copyOf(held);
        files = List.copyOf(files);
    }

    /** @param authority the key of the core's authority */
    public byte[] write(PrivateKey authority) {
        StickReceipt.Builder body = StickReceipt.newBuilder()
                .setGateway(gateway)
                .setMadeAtMicros(Micros.of(madeAt))
                .addAllFiles(files);
        new TreeMap<>(held)
                .forEach((epoch, set) -> body.addHoldings(
                        StickHolding.newBuilder().setEpoch(epoch).addAllRanges(Ranges.of(set))));
        var out = new ByteArrayOutputStream();
        try {
            Envelope.sign(KIND, body.build().toByteArray(), authority).write(out);
        } catch (IOException e) {
            throw new StickException("memory does not fail", e);
        }
        return out.toByteArray();
    }

    /** @throws StickException if it is no receipt of this authority, or says what cannot be */
    public static Receipt read(InputStream in, X509Certificate authority) throws IOException {
        Envelope envelope = Envelope.read(in, KIND, MAX_BYTES);
        if (!envelope.isSignedBy(authority.getPublicKey())) {
            throw new StickException("it was not signed by this gateway's core, or it was changed");
        }
        try {
            StickReceipt body = StickReceipt.parseFrom(envelope.body());
            if (body.getGateway().isEmpty() || body.getGateway().length() > MAX_NAME) {
                throw new StickException("gateway must be 1 to " + MAX_NAME + " characters");
            }
            Map<Long, SequenceSet> held = body.getHoldingsList().stream()
                    .collect(Collectors.toMap(
                            StickHolding::getEpoch, holding -> Ranges.set(holding.getRangesList()), SequenceSet::plus));
            return new Receipt(body.getGateway(), Micros.instant(body.getMadeAtMicros()), held, body.getFilesList());
        } catch (InvalidProtocolBufferException | IllegalArgumentException | DateTimeException e) {
            throw new StickException("it cannot be read: " + e.getMessage(), e);
        }
    }
}
