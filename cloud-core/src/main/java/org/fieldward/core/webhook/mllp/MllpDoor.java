package org.fieldward.core.webhook.mllp;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.fieldward.core.webhook.WebhookException;
import org.fieldward.core.webhook.hl7.Message;
import org.fieldward.core.webhook.source.ClientCertificates;
import org.fieldward.core.webhook.source.Shown.ClientCertificate;
import org.fieldward.proto.mllp.FrameReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for HL7 version 2 over MLLP. One message of a connection after the other, each answered before the next. */
public final class MllpDoor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MllpDoor.class);
    private static final int MAX_CONNECTIONS = 200;
    /** Interfaces stay open for days without a word. */
    private static final int IDLE_MILLIS = 3_600_000;

    private static final int PIECE = 8_192;
    /** A frame that began must end. */
    private static final int FRAME_MILLIS = 30_000;

    /** Answers messages. Thread-safe. */
    public interface Answering {

        /** @return the acknowledgement; only after the message is stored */
        String answer(byte[] message, InetAddress from, Optional<ClientCertificate> certificate);

        /** Of a message that is longer than allowed. */
        String tooLong();
    }

    private final ServerSocket server;
    private final Answering answering;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Semaphore room = new Semaphore(MAX_CONNECTIONS);

    private MllpDoor(ServerSocket server, Answering answering) {
        this.server = server;
        this.answering = answering;
    }

    /** @throws WebhookException if the port is taken */
    public static MllpDoor open(MllpSettings settings, Answering answering) {
        try {
            ServerSocket server = socket(settings);
            server.setReuseAddress(true);
            server.bind(new InetSocketAddress(settings.bind(), settings.port()));
            var door = new MllpDoor(server, answering);
            door.threads.submit(door::accept);
            return door;
        } catch (IOException e) {
            throw new WebhookException(
                    "webhooks.mllp could not listen on " + settings.bind() + ":" + settings.port(), e);
        }
    }

    private static ServerSocket socket(MllpSettings settings) throws IOException {
        if (settings.tls().isEmpty()) {
            return new ServerSocket();
        }
        var server =
                (SSLServerSocket) settings.tls().get().getServerSocketFactory().createServerSocket();
        server.setNeedClientAuth(true);
        server.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        return server;
    }

    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                if (room.tryAcquire()) {
                    open.add(socket);
                    threads.submit(() -> serve(socket));
                } else {
                    LOG.warn("more than {} connections over MLLP, one is refused", MAX_CONNECTIONS);
                    socket.close();
                }
            } catch (IOException e) {
                if (!server.isClosed()) {
                    LOG.warn(
                            "a connection over MLLP was not accepted: {}",
                            e.getClass().getSimpleName());
                }
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(FRAME_MILLIS);
            Optional<ClientCertificate> certificate = certificate(socket);
            var frames = new FrameReader(Message.MAX_BYTES);
            byte[] piece = new byte[PIECE];
            socket.setSoTimeout(IDLE_MILLIS);
            InputStream in = socket.getInputStream();
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                for (FrameReader.Frame frame : frames.feed(piece, length)) {
                    String answer = switch (frame) {
                        case FrameReader.Frame.Whole whole ->
                            answering.answer(whole.bytes().toByteArray(), socket.getInetAddress(), certificate);
                        case FrameReader.Frame.TooLong tooLong -> answering.tooLong();
                    };
                    socket.getOutputStream().write(FrameReader.frame(answer.getBytes(StandardCharsets.UTF_8)));
                }
                socket.setSoTimeout(frames.isInside() ? FRAME_MILLIS : IDLE_MILLIS);
            }
        } catch (IOException e) {
            LOG.debug("a connection over MLLP ended: {}", e.getClass().getSimpleName());
        } catch (RuntimeException e) {
            // Without an acknowledgement the sender sends it again.
            StackTraceElement[] trace = e.getStackTrace();
            LOG.error(
                    "a message over MLLP failed: {} at {}",
                    e.getClass().getName(),
                    trace.length == 0 ? "an unknown place" : trace[0]);
        } finally {
            open.remove(socket);
            room.release();
        }
    }

    private static Optional<ClientCertificate> certificate(Socket socket) throws IOException {
        if (!(socket instanceof SSLSocket secure)) {
            return Optional.empty();
        }
        secure.startHandshake();
        try {
            Certificate first = secure.getSession().getPeerCertificates()[0];
            return Optional.of(ClientCertificates.of((X509Certificate) first));
        } catch (SSLPeerUnverifiedException e) {
            return Optional.empty();
        }
    }

    /** Lets no more in, and ends what is open. A message that is being stored is stored. */
    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
        threads.shutdown();
        threads.close();
    }
}
