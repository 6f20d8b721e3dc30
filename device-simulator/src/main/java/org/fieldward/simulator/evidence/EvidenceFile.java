package org.fieldward.simulator.evidence;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
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
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 18)) {
            var line = new ByteArrayOutputStream(512);
            long offset = 0;
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b != '\n') {
                    line.write(b);
                    continue;
                }
                byte[] bytes = line.toByteArray();
                line.reset();
                visitor.visit(decode(bytes, offset), offset, bytes.length + 1);
                offset += bytes.length + 1;
            }
        } catch (IOException e) {
            throw new EvidenceException("could not read the evidence " + file, e);
        }
    }

    private EvidenceLine decode(byte[] bytes, long offset) {
        try {
            return EvidenceCodec.decode(bytes);
        } catch (LineException e) {
            throw new EvidenceException("the evidence " + file + " is damaged at byte " + offset, e);
        }
    }
}
