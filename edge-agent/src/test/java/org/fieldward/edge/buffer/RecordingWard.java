package org.fieldward.edge.buffer;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.fieldward.edge.buffer.document.Documents;
import org.fieldward.edge.buffer.document.Recorder;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.proto.batch.BatchCodec;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Document;
import org.fieldward.proto.reading.Lane;
import org.fieldward.proto.sequence.SequenceRange;
import org.fieldward.proto.sequence.SequenceSet;

/** A real buffer for documents, in a folder. */
public final class RecordingWard implements AutoCloseable {

    private static final SequenceRange ALL = new SequenceRange(1, Long.MAX_VALUE / 2);

    private final SqliteReadingBuffer buffer;
    private final BufferWriter writer;

    public RecordingWard(Path folder) {
        this(folder, BufferSettings.DEFAULT);
    }

    public RecordingWard(Path folder, BufferSettings settings) {
        Instant noon = Instant.parse("2026-11-21T12:00:00Z");
        buffer = SqliteReadingBuffer.open(folder, settings, new SecureRandom(), () -> noon);
        writer = new BufferWriter(buffer, settings, entries -> {}, failure -> {});
    }

    public Recorder recorder() {
        return new Recorder(writer, buffer.documents(), () -> Readings.stamp(1), new DeviceId("gateway"));
    }

    public Documents documents() {
        return buffer.documents();
    }

    /** What each document says, in order. */
    public List<String> stored() {
        return buffer.read(Lane.EVENT, ALL, SequenceSet.EMPTY, 1000).stream()
                .flatMap(slice -> BatchCodec.decode(slice.content().toByteArray()).stream())
                .map(record -> ((Document) record.entry()).content().toStringUtf8())
                .toList();
    }

    @Override
    public void close() {
        writer.close();
        buffer.close();
    }
}
