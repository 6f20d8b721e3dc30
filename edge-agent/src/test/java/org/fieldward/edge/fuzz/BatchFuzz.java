package org.fieldward.edge.fuzz;

import static org.fieldward.edge.fuzz.Check.that;

import java.io.ByteArrayOutputStream;
import java.util.List;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.batch.BatchException;
import org.fieldward.proto.batch.Sequenced;

/** Any bytes as a batch, and any content in a batch's frame: records that can be written again, or one exception. */
public final class BatchFuzz {

    private BatchFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        var dice = new Dice(data);
        int frame = dice.below(3);
        byte[] rest = dice.rest();
        byte[] batch = frame == 0 ? rest : framed(frame, rest);
        List<Sequenced> records;
        try {
            records = BatchCodec.decode(batch);
        } catch (BatchException expected) {
            return;
        }
        that(!records.isEmpty() && records.size() <= BatchCodec.MAX_RECORDS, "a batch holds a record");
        that(BatchCodec.decode(BatchCodec.encode(records)).equals(records), "what was read can be written");
        byte[] plain = BatchCodec.encodePlain(records);
        that(BatchCodec.decode(plain).equals(records), "also without compression");
    }

    /** Version 1 or 2, not compressed, of the right length. */
    private static byte[] framed(int version, byte[] content) {
        var out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0xFB, 1, (byte) version, 0});
        int rest = content.length;
        do {
            out.write(rest > 127 ? (rest & 127) | 128 : rest);
            rest >>= 7;
        } while (rest > 0);
        out.writeBytes(content);
        return out.toByteArray();
    }
}
