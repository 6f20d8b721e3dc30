package org.fieldward.edge.ingest.session;

/** The connection that a session is being served by. All methods may be called by any thread and must not block. */
public interface Attachment {

    /** There is something to send. */
    void wakeSoon();

    /** More waits for the client than is kept for it: it must go. */
    void tooSlow();

    /** The same client came again: this connection must end. */
    void takenOver();
}
