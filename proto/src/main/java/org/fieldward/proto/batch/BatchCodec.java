package org.fieldward.proto.batch;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.sequence.SequenceRange;

/**
 * The batch format, version 1. Described for other implementers in {@code docs/protocol.md}. Stateless and thread-safe.
 *
 * <p>Readings go column by column, each number as its difference to the one it most resembles (the same device's last),
 * so that a ward of steady patients costs a few bytes a reading. Everything else goes record by record as protobuf.
 */
public final class BatchCodec {

    /** More records than any sane batch, few enough that a hostile one cannot hurt. */
    public static final int MAX_RECORDS = 100_000;

    /** After decompression. */
    public static final int MAX_BYTES = 32 << 20;

    private static final int MAGIC = 0xfb;
    private static final int VERSION = 1;
    private static final int PLAIN = 0;
    private static final int ZSTD = 1;
    private static final int LEVEL = 3;

    private BatchCodec() {}

    /**
     * @param records at least one, sequences strictly ascending
     */
    public static byte[] encode(List<Sequenced> records) {
        return wrap(content(records), true);
    }

    /** The same without compression: for bytes that will be merged into larger batches later. */
    public static byte[] encodePlain(List<Sequenced> records) {
        return wrap(content(records), false);
    }

    /** Every record, in the order encoded. */
    public static List<Sequenced> decode(byte[] batch) {
        Source in = new Source(unwrap(batch));
        try {
            return records(in);
        } catch (IllegalArgumentException e) {
            throw new BatchException("batch holds a record that cannot be: " + e.getMessage(), e);
        }
    }

    private static Sink content(List<Sequenced> records) {
        if (records.isEmpty() || records.size() > MAX_RECORDS) {
            throw new BatchException("records must be 1 to " + MAX_RECORDS + ", were " + records.size());
        }
        Sink out = new Sink();
        out.unsigned(records.size());
        sequences(records, out);
        var readings = new ArrayList<Reading>(records.size());
        var others = new ArrayList<Entry>();
        Sink kinds = new Sink();
        int runs = 0;
        for (int i = 0; i < records.size(); ) {
            boolean reading = records.get(i).entry() instanceof Reading;
            int from = i;
            while (i < records.size() && records.get(i).entry() instanceof Reading == reading) {
                Entry entry = records.get(i++).entry();
                if (entry instanceof Reading one) {
                    readings.add(one);
                } else {
                    others.add(entry);
                }
            }
            kinds.unsigned(reading ? 0 : 1);
            kinds.unsigned(i - from);
            runs++;
        }
        out.unsigned(runs);
        out.append(kinds);
        new ReadingColumns.Encoder(readings).write(out);
        others.forEach(entry -> LaneRecords.write(entry, out));
        return out;
    }

    private static void sequences(List<Sequenced> records, Sink out) {
        var ranges = new ArrayList<SequenceRange>();
        long first = records.getFirst().sequence();
        long last = first - 1;
        for (Sequenced record : records) {
            if (record.sequence() <= last) {
                throw new BatchException("sequences must ascend, " + record.sequence() + " follows " + last);
            }
            if (record.sequence() != last + 1) {
                ranges.add(new SequenceRange(first, last));
                first = record.sequence();
            }
            last = record.sequence();
        }
        ranges.add(new SequenceRange(first, last));
        out.unsigned(ranges.size());
        long previous = 0;
        for (SequenceRange range : ranges) {
            out.unsigned(range.first() - previous);
            out.unsigned(range.size());
            previous = range.last();
        }
    }

    private static List<Sequenced> records(Source in) {
        int count = in.count("records", MAX_RECORDS, 0);
        long[] sequences = sequences(in, count);
        int runs = in.count("kind runs", MAX_RECORDS, 2);
        int[] kinds = new int[runs];
        int[] lengths = new int[runs];
        long readings = 0;
        long total = 0;
        for (int i = 0; i < runs; i++) {
            kinds[i] = in.index("kind", 2);
            lengths[i] = in.index("kind run", count + 1);
            total += lengths[i];
            readings += kinds[i] == 0 ? lengths[i] : 0;
        }
        if (total != count) {
            throw new BatchException("kind runs must add up to " + count + " records, were " + total);
        }
        List<Reading> columns = new ReadingColumns.Decoder(in, (int) readings).read();
        var records = new ArrayList<Sequenced>(count);
        int nextReading = 0;
        for (int i = 0; i < runs; i++) {
            for (int k = 0; k < lengths[i]; k++) {
                Entry entry = kinds[i] == 0 ? columns.get(nextReading++) : LaneRecords.read(in);
                records.add(new Sequenced(sequences[records.size()], entry));
            }
        }
        if (in.left() != 0) {
            throw new BatchException("batch has " + in.left() + " bytes after its last record");
        }
        return records;
    }

    private static long[] sequences(Source in, int count) {
        long[] sequences = new long[count];
        int ranges = in.count("sequence ranges", MAX_RECORDS, 2);
        long previous = 0;
        int filled = 0;
        for (int i = 0; i < ranges; i++) {
            long first = previous + in.unsigned();
            long size = in.unsigned();
            if (first <= previous || size < 1 || size > count - filled || first > Long.MAX_VALUE - size) {
                throw new BatchException("sequence range " + i + " does not fit " + count + " ascending records");
            }
            for (int k = 0; k < size; k++) {
                sequences[filled++] = first + k;
            }
            previous = first + size - 1;
        }
        if (filled != count) {
            throw new BatchException("sequence ranges must hold " + count + " records, held " + filled);
        }
        return sequences;
    }

    private static byte[] wrap(Sink content, boolean compress) {
        Sink out = new Sink();
        out.unsigned(MAGIC);
        out.unsigned(VERSION);
        if (compress) {
            byte[] squeezed = new byte[(int) Zstd.compressBound(content.size())];
            long length =
                    Zstd.compressByteArray(squeezed, 0, squeezed.length, content.array(), 0, content.size(), LEVEL);
            if (!Zstd.isError(length) && length < content.size()) {
                out.unsigned(ZSTD);
                out.unsigned(content.size());
                out.raw(Arrays.copyOf(squeezed, (int) length));
                return out.toByteArray();
            }
        }
        out.unsigned(PLAIN);
        out.unsigned(content.size());
        out.append(content);
        return out.toByteArray();
    }

    private static byte[] unwrap(byte[] batch) {
        Source in = new Source(batch);
        if (in.unsigned() != MAGIC) {
            throw new BatchException("these bytes are not a batch");
        }
        long version = in.unsigned();
        if (version != VERSION) {
            throw new BatchException("batch format must be " + VERSION + ", was " + version);
        }
        int packing = in.index("packing", 2);
        long size = in.unsigned();
        if (size < 0 || size > MAX_BYTES) {
            throw new BatchException("content must be at most " + MAX_BYTES + " bytes, says " + size);
        }
        byte[] packed = in.raw(in.left());
        if (packing == PLAIN) {
            if (packed.length != size) {
                throw new BatchException("content must be " + size + " bytes, was " + packed.length);
            }
            return packed;
        }
        try {
            byte[] content = new byte[(int) size];
            long length = Zstd.decompressByteArray(content, 0, content.length, packed, 0, packed.length);
            if (length != size) {
                throw new BatchException("content must be " + size + " bytes, was " + length);
            }
            return content;
        } catch (ZstdException e) {
            throw new BatchException("content cannot be decompressed", e);
        }
    }
}
