package org.fieldward.proto.batch;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.fieldward.proto.reading.AlarmChange;
import org.fieldward.proto.reading.DeviceStatus;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Entry;
import org.fieldward.proto.reading.Gap;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Waveform;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/**
 * The batch format, versions 1 to 3, 5 and 6. Described for other implementers in {@code docs/protocol.md}. Stateless and
 * thread-safe. A batch is of the lowest version that can say what is in it, and then to the byte what a reader of that
 * version knows: 2 if there is a waveform in it, 3 if there is a gap or an alarm about the disk, 5
 * if the time of a device is put right or a waveform was summarised, 6 if there is a document. There is no version 4: a format has the number of the protocol that brought it.
 *
 * <p>Readings go column by column, each number as its difference to the one it most resembles (the same device's last),
 * so that a ward of steady patients costs a few bytes a reading. Waveforms go block by block, their samples likewise as
 * differences. Everything else goes record by record as protobuf.
 */
public final class BatchCodec {

    /** More records than any sane batch, few enough that a hostile one cannot hurt. */
    public static final int MAX_RECORDS = 100_000;

    /** After decompression. */
    public static final int MAX_BYTES = 32 << 20;

    private static final int MAGIC = 0xfb;
    private static final int PLAINEST = 1;
    private static final int WITH_WAVEFORMS = 2;
    private static final int WITH_GAPS = 3;
    static final int WITH_CORRECTIONS = 5;

    /** The version of the format, and of the protocol, that brought documents. */
    public static final int WITH_DOCUMENTS = 6;

    /** The newest version of the format that is written and read here. */
    public static final int NEWEST = WITH_DOCUMENTS;

    private static final int READING = 0;
    private static final int OTHER = 1;
    private static final int WAVEFORM = 2;

    private static final int PLAIN = 0;
    private static final int ZSTD = 1;
    private static final int LEVEL = 3;

    /** Magic, version, packing and size, at most. */
    private static final int HEADER_BYTES = 16;

    private BatchCodec() {}

    /**
     * @param records at least one, sequences strictly ascending
     */
    public static byte[] encode(List<Sequenced> records) {
        return encode(records, true);
    }

    /** The same without compression: for bytes that will be merged into larger batches later. */
    public static byte[] encodePlain(List<Sequenced> records) {
        return encode(records, false);
    }

    private static byte[] encode(List<Sequenced> records, boolean compress) {
        int version = version(records);
        return wrap(content(records, version), version, compress);
    }

    /** The same batch, compressed by itself or not at all. */
    static byte[] repack(byte[] batch, boolean compress) {
        Opened opened = unwrap(batch);
        Sink content = new Sink();
        content.raw(opened.content().raw(opened.content().left()));
        return wrap(content, opened.version(), compress);
    }

    /** How many bytes {@link #repack} makes of it uncompressed, at most. */
    static long plainSize(ByteString batch) {
        // It stands in the header: the rest need not be copied to read it.
        Source in = new Source(
                batch.substring(0, Math.min(batch.size(), HEADER_BYTES)).toByteArray());
        in.unsigned();
        in.unsigned();
        in.unsigned();
        return in.unsigned() + HEADER_BYTES;
    }

    private static int version(List<Sequenced> records) {
        int version = PLAINEST;
        for (Sequenced record : records) {
            version = Math.max(version, version(record.entry()));
        }
        return version;
    }

    /** The lowest version of the format, and of the protocol, that knows such an entry. */
    public static int version(Entry entry) {
        if (!entry.stamp().correction().isZero()) {
            return entry instanceof Document ? WITH_DOCUMENTS : WITH_CORRECTIONS;
        }
        return switch (entry) {
            case Reading reading -> PLAINEST;
            case DeviceStatus status -> PLAINEST;
            case AlarmChange alarm -> alarm.kind() == AlarmChange.Kind.DISK ? WITH_GAPS : PLAINEST;
            case Waveform waveform -> waveform.form() == Waveform.Form.MEASURED ? WITH_WAVEFORMS : WITH_CORRECTIONS;
            case Document document -> WITH_DOCUMENTS;
            case Gap gap -> gap.reason() == Gap.Reason.SUMMARISED ? WITH_CORRECTIONS : WITH_GAPS;
        };
    }

    /** Of the whole batch: no record in it needs a newer one. */
    public static int version(byte[] batch) {
        Source in = new Source(batch);
        in.unsigned();
        return (int) in.unsigned();
    }

    /** Every record, in the order encoded. */
    public static List<Sequenced> decode(byte[] batch) {
        Opened opened = unwrap(batch);
        try {
            return records(opened.content(), opened.version());
        } catch (IllegalArgumentException e) {
            throw new BatchException("batch holds a record that cannot be: " + e.getMessage(), e);
        }
    }

    /** What some batches became together. */
    public record Merged(SequenceSet sequences, ByteString batch) {}

    /**
     * The records of some batches as one batch, to the byte what {@link #encode} makes of them. Where there are readings
     * only, their columns go over as numbers.
     *
     * @param batches at least one, sequences strictly ascending from each to the next
     */
    public static Merged merge(List<byte[]> batches) {
        try {
            return mergeColumns(batches);
        } catch (IllegalArgumentException e) {
            throw new BatchException("batch holds a record that cannot be: " + e.getMessage(), e);
        }
    }

    private static Merged mergeColumns(List<byte[]> batches) {
        var table = new ReadingTable();
        var columns = new ReadingColumns.Reader(table);
        var ranges = new ArrayList<SequenceRange>();
        for (byte[] batch : batches) {
            Opened opened = unwrap(batch);
            Source in = opened.content();
            int count = count(in);
            for (SequenceRange range : Ranges.read(in, count)) {
                Ranges.append(ranges, range);
            }
            if (!isOfReadings(in, count)) {
                return mergeRecords(batches);
            }
            if (table.size + count > MAX_RECORDS) {
                throw new BatchException("records must be 1 to " + MAX_RECORDS + ", were more");
            }
            columns.read(in, count, opened.version() >= WITH_CORRECTIONS);
            atEnd(in);
        }
        int version = table.hasCorrections() ? WITH_CORRECTIONS : PLAINEST;
        Sink out = new Sink();
        out.unsigned(table.size);
        Ranges.write(ranges, out);
        out.unsigned(1);
        out.unsigned(READING);
        out.unsigned(table.size);
        ReadingColumns.write(table, version >= WITH_CORRECTIONS, out);
        return new Merged(SequenceSet.of(ranges), UnsafeByteOperations.unsafeWrap(wrap(out, version, true)));
    }

    private static Merged mergeRecords(List<byte[]> batches) {
        List<Sequenced> records =
                batches.stream().flatMap(batch -> decode(batch).stream()).toList();
        return new Merged(SequenceSet.of(ranges(records)), UnsafeByteOperations.unsafeWrap(encode(records)));
    }

    private static boolean isOfReadings(Source in, int count) {
        return in.unsigned() == 1 && in.unsigned() == READING && in.unsigned() == count;
    }

    private static Sink content(List<Sequenced> records, int version) {
        if (records.isEmpty() || records.size() > MAX_RECORDS) {
            throw new BatchException("records must be 1 to " + MAX_RECORDS + ", were " + records.size());
        }
        Sink out = new Sink();
        out.unsigned(records.size());
        Ranges.write(ranges(records), out);
        var readings = new ArrayList<Reading>(records.size());
        var waveforms = new ArrayList<Waveform>();
        var others = new ArrayList<Entry>();
        Sink kinds = new Sink();
        int runs = 0;
        for (int i = 0; i < records.size(); ) {
            int kind = kind(records.get(i).entry());
            int from = i;
            while (i < records.size() && kind(records.get(i).entry()) == kind) {
                Entry entry = records.get(i++).entry();
                if (entry instanceof Reading one) {
                    readings.add(one);
                } else if (entry instanceof Waveform block) {
                    waveforms.add(block);
                } else {
                    others.add(entry);
                }
            }
            kinds.unsigned(kind);
            kinds.unsigned(i - from);
            runs++;
        }
        out.unsigned(runs);
        out.append(kinds);
        ReadingColumns.write(ReadingTable.of(readings), version >= WITH_CORRECTIONS, out);
        if (!waveforms.isEmpty()) {
            WaveformColumns.write(waveforms, version >= WITH_CORRECTIONS, out);
        }
        others.forEach(entry -> LaneRecords.write(entry, out));
        return out;
    }

    private static int kind(Entry entry) {
        return switch (entry) {
            case Reading reading -> READING;
            case AlarmChange alarm -> OTHER;
            case DeviceStatus status -> OTHER;
            case Gap gap -> OTHER;
            case Document document -> OTHER;
            case Waveform waveform -> WAVEFORM;
        };
    }

    private static List<SequenceRange> ranges(List<Sequenced> records) {
        var ranges = new ArrayList<SequenceRange>();
        long first = records.getFirst().sequence();
        long last = first - 1;
        for (Sequenced record : records) {
            if (record.sequence() != last + 1) {
                Ranges.append(ranges, new SequenceRange(first, last));
                first = record.sequence();
            }
            last = record.sequence();
        }
        Ranges.append(ranges, new SequenceRange(first, last));
        return ranges;
    }

    private static int count(Source in) {
        int count = in.count("records", MAX_RECORDS, 0);
        if (count == 0) {
            throw new BatchException("records must be 1 to " + MAX_RECORDS + ", were none");
        }
        return count;
    }

    private static void atEnd(Source in) {
        if (in.left() != 0) {
            throw new BatchException("batch has " + in.left() + " bytes after its last record");
        }
    }

    private static List<Sequenced> records(Source in, int version) {
        int count = count(in);
        long[] sequences = Ranges.read(in, count).stream()
                .flatMapToLong(range -> LongStream.rangeClosed(range.first(), range.last()))
                .toArray();
        int runs = in.count("kind runs", MAX_RECORDS, 2);
        int[] kinds = new int[runs];
        int[] lengths = new int[runs];
        long readings = 0;
        long waveforms = 0;
        long total = 0;
        for (int i = 0; i < runs; i++) {
            kinds[i] = in.index("kind", version >= WITH_WAVEFORMS ? 3 : 2);
            lengths[i] = in.index("kind run", count + 1);
            total += lengths[i];
            readings += kinds[i] == READING ? lengths[i] : 0;
            waveforms += kinds[i] == WAVEFORM ? lengths[i] : 0;
        }
        if (total != count) {
            throw new BatchException("kind runs must add up to " + count + " records, were " + total);
        }
        var table = new ReadingTable();
        new ReadingColumns.Reader(table).read(in, (int) readings, version >= WITH_CORRECTIONS);
        List<Reading> columns = table.readings();
        // Of version 2 they always are; of a later one only where there is one.
        List<Waveform> blocks = version == WITH_WAVEFORMS || waveforms > 0
                ? WaveformColumns.read(in, (int) waveforms, version >= WITH_CORRECTIONS)
                : List.of();
        var records = new ArrayList<Sequenced>(count);
        int nextReading = 0;
        int nextBlock = 0;
        for (int i = 0; i < runs; i++) {
            for (int k = 0; k < lengths[i]; k++) {
                Entry entry = switch (kinds[i]) {
                    case READING -> columns.get(nextReading++);
                    case WAVEFORM -> blocks.get(nextBlock++);
                    default -> LaneRecords.read(in);
                };
                records.add(new Sequenced(sequences[records.size()], entry));
            }
        }
        atEnd(in);
        return records;
    }

    private static byte[] wrap(Sink content, int version, boolean compress) {
        Sink out = new Sink();
        out.unsigned(MAGIC);
        out.unsigned(version);
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

    private record Opened(int version, Source content) {}

    private static Opened unwrap(byte[] batch) {
        Source in = new Source(batch);
        if (in.unsigned() != MAGIC) {
            throw new BatchException("these bytes are not a batch");
        }
        long version = in.unsigned();
        if (version < PLAINEST || (version > WITH_GAPS && version < WITH_CORRECTIONS) || version > NEWEST) {
            throw new BatchException("batch format must be 1, 2, 3, 5 or 6, was " + version);
        }
        int packing = in.index("packing", 2);
        long size = in.unsigned();
        if (size < 0 || size > MAX_BYTES) {
            throw new BatchException("content must be at most " + MAX_BYTES + " bytes, says " + size);
        }
        if (packing == PLAIN) {
            if (in.left() != size) {
                throw new BatchException("content must be " + size + " bytes, was " + in.left());
            }
            return new Opened((int) version, in);
        }
        byte[] packed = in.raw(in.left());
        try {
            byte[] content = new byte[(int) size];
            long length = Zstd.decompressByteArray(content, 0, content.length, packed, 0, packed.length);
            if (length != size) {
                throw new BatchException("content must be " + size + " bytes, was " + length);
            }
            return new Opened((int) version, new Source(content));
        } catch (ZstdException e) {
            throw new BatchException("content cannot be decompressed", e);
        }
    }
}
