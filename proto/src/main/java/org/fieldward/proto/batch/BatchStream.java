package org.fieldward.proto.batch;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/**
 * The batches of one session as pieces of one zstd stream: each is told by what the ones before it had in common with it,
 * so that also a batch of one record is small. Both sides begin anew with each session, and each piece carries the size and
 * the CRC-32C (RFC 3720) of what it must become: a piece that was lost, repeated or changed is noticed. For one thread each.
 */
public final class BatchStream {

    /** Of one batch before it is packed; a larger one gains nothing by what came before it. */
    public static final int MAX_BYTES = 32 << 10;

    /** A batch of so few records is always smaller behind others like it. */
    private static final int FEW_RECORDS = 200;

    /** More bytes a record than that, and a larger batch holds so many devices that it has no history of its own. */
    private static final int MOST_BYTES_ALONE = 2;

    /** Both sides keep so many bytes (2 to the power of it) of what came before: the core, for each gateway. */
    private static final int WINDOW_LOG = 16;

    private static final int LEVEL = 3;

    private BatchStream() {}

    /**
     * One batch on its way.
     *
     * @param size of the batch before it was packed
     * @param check its CRC-32C
     */
    public record Piece(ByteString bytes, int size, int check) {}

    /**
     * Whether a batch gets smaller as a piece of a stream. One that packs well by itself is spared the work on both sides.
     *
     * @param batch in the batch format, packed by itself
     * @param records in it
     */
    public static boolean suits(ByteString batch, long records) {
        return (records <= FEW_RECORDS || batch.size() > MOST_BYTES_ALONE * records)
                && BatchCodec.plainSize(batch) <= MAX_BYTES;
    }

    /** The gateway's end. */
    public static final class Packer implements AutoCloseable {

        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ZstdOutputStreamNoFinalizer stream;

        public Packer() {
            try {
                stream = new ZstdOutputStreamNoFinalizer(out, LEVEL);
                stream.setWindowLog(WINDOW_LOG);
                stream.setCloseFrameOnFlush(false);
            } catch (IOException e) {
                throw new BatchException("a stream of batches cannot be begun", e);
            }
        }

        /** @param batch in the batch format, however it is packed */
        public Piece pack(ByteString batch) {
            byte[] plain = BatchCodec.repack(batch.toByteArray(), false);
            if (plain.length > MAX_BYTES) {
                throw new BatchException(
                        "a batch in a stream must be at most " + MAX_BYTES + " bytes, was " + plain.length);
            }
            try {
                out.reset();
                stream.write(plain);
                stream.flush();
                return new Piece(ByteString.copyFrom(out.toByteArray()), plain.length, check(plain));
            } catch (IOException e) {
                throw new BatchException("a batch cannot be packed", e);
            }
        }

        @Override
        public void close() {
            try {
                stream.close();
            } catch (IOException e) {
                throw new BatchException("a stream of batches cannot be ended", e);
            }
        }
    }

    /** The core's end. After a {@link BatchException} it is of no use any more. */
    public static final class Opener implements AutoCloseable {

        private final Feed feed = new Feed();
        private final ZstdInputStreamNoFinalizer stream;

        public Opener() {
            try {
                stream = new ZstdInputStreamNoFinalizer(feed);
                stream.setLongMax(WINDOW_LOG);
                stream.setContinuous(true);
            } catch (IOException e) {
                throw new BatchException("a stream of batches cannot be begun", e);
            }
        }

        /** The batch in the batch format, packed by itself. */
        public ByteString open(Piece piece) {
            if (piece.size() < 1 || piece.size() > MAX_BYTES) {
                throw new BatchException("a piece must become 1 to " + MAX_BYTES + " bytes, says " + piece.size());
            }
            try {
                feed.next = new ByteArrayInputStream(piece.bytes().toByteArray());
                byte[] plain = stream.readNBytes(piece.size());
                if (plain.length != piece.size() || check(plain) != piece.check()) {
                    throw new BatchException("a piece does not become what its sender says");
                }
                return ByteString.copyFrom(BatchCodec.repack(plain, true));
            } catch (IOException e) {
                throw new BatchException("a piece cannot be opened", e);
            }
        }

        @Override
        public void close() {
            try {
                stream.close();
            } catch (IOException e) {
                throw new BatchException("a stream of batches cannot be ended", e);
            }
        }
    }

    private static int check(byte[] plain) {
        var crc = new CRC32C();
        crc.update(plain);
        return (int) crc.getValue();
    }

    /** One piece after the other; between them it seems to have ended. */
    private static final class Feed extends InputStream {
        private ByteArrayInputStream next = new ByteArrayInputStream(new byte[0]);

        @Override
        public int read() {
            return next.read();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            return next.read(bytes, offset, length);
        }
    }
}
