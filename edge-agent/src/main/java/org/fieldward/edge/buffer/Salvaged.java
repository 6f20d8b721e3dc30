package org.fieldward.edge.buffer;

import com.google.protobuf.ByteString;
import java.util.List;
import org.fieldward.proto.reading.Lane;

/**
 * A part of what was found in a damaged file, to become durable together with how far the search came.
 *
 * @param file the name of the damaged file
 * @param position how many of its places were looked at with this
 * @param done that was the last
 */
public record Salvaged(String file, long position, boolean done, List<Row> rows) {

    /**
     * A run of records as it was sealed.
     *
     * @param opens false if its bytes are not those that were written: then only that it was there is kept
     */
    public record Row(
            long first, long last, Lane lane, long receivedMicros, ByteString sealed, long epoch, boolean opens) {}

    /**
     * How a damaged file is being salvaged.
     *
     * @param records saved so far
     * @param lostRows that could not be opened, of up to 1,000 records each
     */
    public record State(String file, long position, boolean done, long records, long lostRows) {}

    public Salvaged {
        rows = List.copyOf(rows);
    }
}
