package org.fieldward.edge.ingest.session.sqlite;

import static org.fieldward.edge.fuzz.Check.that;

import java.io.IOException;
import org.fieldward.edge.ingest.packet.PacketWriter.Outgoing;

/** Any bytes as a message that was kept on disk. */
public final class WrittenFuzz {

    private WrittenFuzz() {}

    public static void fuzzerTestOneInput(byte[] data) {
        Outgoing message;
        try {
            message = Written.message(data);
        } catch (IOException expected) {
            return;
        }
        try {
            that(Written.message(Written.bytes(message)).equals(message), "what was read can be written");
        } catch (IOException e) {
            throw new AssertionError("what was written can be read", e);
        }
    }
}
