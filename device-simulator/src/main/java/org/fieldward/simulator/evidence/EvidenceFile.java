package org.fieldward.simulator.evidence;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.fieldward.simulator.line.EvidenceCodec;
import org.fieldward.simulator.line.EvidenceLine;
import org.fieldward.simulator.line.LineException;

/** Reads evidence, also while it is being written. A last line without its line feed is not there yet. */
public final class EvidenceFile {

    private final Path file;

    public EvidenceFile(Path file) {
        this.file = file;
    }

    public Path path() {
        return file;
    }

    /** How far the whole lines reach, and the highest number given out in them; zero for an empty file. */
    record Extent(long bytes, long highestNumber) {}

    /** Takes a fact and where its line begins and how long it is, in bytes. */
    public interface Visitor {
        void visit(EvidenceLine line, long offset, int length);
    }

    Extent extent() {
        long[] end = new long[2];
        visit((line, offset, length) -> {
            end[0] = offset + length;
            end[1] = Math.max(end[1], line.number());
        });
        return new Extent(end[0], end[1]);
    }

    /** In the order of the file. */
    public void visit(Visitor visitor) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[1 << 18];
            long bufferAt = 0;
            int filled = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer, filled, buffer.length - filled)) {
                filled += read;
                int used = visitLines(buffer, filled, bufferAt, visitor);
                System.arraycopy(buffer, used, buffer, 0, filled - used);
                bufferAt += used;
                filled -= used;
                if (filled == buffer.length) {
                    buffer = Arrays.copyOf(buffer, buffer.length * 2);
                }
            }
        } catch (IOException e) {
            throw new EvidenceException("could not read the evidence " + file, e);
        }
    }

    /** Visits the whole lines among the first {@code filled} bytes and returns how far they reach. */
    private int visitLines(byte[] buffer, int filled, long bufferAt, Visitor visitor) {
        int begin = 0;
        for (int i = 0; i < filled; i++) {
            if (buffer[i] == '\n') {
                EvidenceLine line = decode(Arrays.copyOfRange(buffer, begin, i), bufferAt + begin);
                visitor.visit(line, bufferAt + begin, i + 1 - begin);
                begin = i + 1;
            }
        }
        return begin;
    }

    private EvidenceLine decode(byte[] bytes, long offset) {
        try {
            return EvidenceCodec.decode(bytes);
        } catch (LineException e) {
            throw new EvidenceException("the evidence " + file + " is damaged at byte " + offset, e);
        }
    }
}
