package org.fieldward.edge.ingest.door.pipe;

import io.vertx.core.buffer.Buffer;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.function.Consumer;

/** Bytes to and from one client, whatever carries them. For the client's event loop only. */
public interface Pipe {

    /** A network address, or {@link #LOCAL}. */
    String address();

    /** The address of whoever comes over a socket of this machine. */
    String LOCAL = "local socket";

    /**
     * Begins to read.
     *
     * @param drained called when there is room to write again
     * @param closed called once, whoever closed it
     */
    void open(Consumer<Buffer> received, Runnable drained, Runnable closed);

    /** The client's certificate, verified by TLS. */
    Optional<X509Certificate> certificate();

    void pause();

    void resume();

    /** Whether the client does not take what was written. */
    boolean isFull();

    void write(Buffer bytes);

    /** After what was written is sent. */
    void close();

    /** At once. */
    void kill();
}
