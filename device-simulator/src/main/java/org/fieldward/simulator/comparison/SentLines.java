package org.fieldward.simulator.comparison;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.fieldward.simulator.line.EvidenceCodec;
import org.fieldward.simulator.line.EvidenceLine;

/** Reads single lines of evidence by their place. */
final class SentLines implements AutoCloseable {

    private final Path file;
    private final FileChannel channel;

    SentLines(Path file) {
        this.file = file;
        try {
            channel = FileChannel.open(file);
        } catch (IOException e) {
            throw new ComparisonException("could not open the evidence " + file, e);
        }
    }

    EvidenceLine.Sent read(long offset, int length) {
        var bytes = ByteBuffer.allocate(length);
        try {
            while (bytes.hasRemaining() && channel.read(bytes, offset + bytes.position()) >= 0) {}
        } catch (IOException e) {
            throw new ComparisonException("could not read the evidence " + file, e);
        }
        if (EvidenceCodec.decode(bytes.array()) instanceof EvidenceLine.Sent sent) {
            return sent;
        }
        throw new ComparisonException("the evidence " + file + " was changed while it was read", new IOException());
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new ComparisonException("could not close the evidence " + file, e);
        }
    }
}
