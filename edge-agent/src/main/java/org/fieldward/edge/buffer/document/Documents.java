package org.fieldward.edge.buffer.document;

import java.util.List;
import java.util.Optional;
import org.fieldward.proto.reading.Document;

/** Where the documents of this gateway are: all that the core has not confirmed, and the newest of the others. Thread-safe. */
public interface Documents {

    /** The newest first. */
    List<Remembered> newest(int max);

    /** The same document, by its sender, its name and its bytes, if it is remembered. */
    Optional<Remembered> known(Document document);

    /** How many the core has not confirmed. */
    long waiting();

    /** The newest mark of the core's rulings that is kept here; 0 for none. */
    long mark();
}
