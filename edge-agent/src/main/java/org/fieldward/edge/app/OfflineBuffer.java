package org.fieldward.edge.app;

import java.security.SecureRandom;
import org.fieldward.edge.buffer.BufferWriter;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.ingest.Formats;
import org.fieldward.edge.ingest.Stamper;

/** The buffer of an agent that is not running, for the command line. The caller holds the data directory. */
public final class OfflineBuffer {

    private OfflineBuffer() {}

    /** See {@link Quarantine#serve}. */
    public static String serve(Settings settings, String request) {
        var random = new SecureRandom();
        var wall = new Wall(random.nextLong(), Build.read().built());
        var stamper = new Stamper(wall::now, wall::tickMillis, wall.boot(), wall::state);
        try (var buffer = SqliteReadingBuffer.open(settings.data(), settings.buffer(), random, wall::now);
                var writer = new BufferWriter(buffer, settings.buffer(), entries -> {}, failure -> {})) {
            return new Quarantine(buffer, writer, Formats.of(settings.mappings()), stamper).serve(request);
        }
    }
}
