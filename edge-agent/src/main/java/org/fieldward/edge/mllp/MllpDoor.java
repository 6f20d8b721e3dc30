package org.fieldward.edge.mllp;

import com.google.protobuf.ByteString;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldward.edge.buffer.document.Recorder;
import org.fieldward.edge.buffer.document.Recorder.Outcome;
import org.fieldward.proto.mllp.FrameReader;
import org.fieldward.proto.mllp.FrameReader.Frame;
import org.fieldward.proto.reading.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens for HL7 version 2 over MLLP. The messages of a connection are stored one after the other, and each is answered
 * before the next is looked at. Thread-safe.
 */
public final class MllpDoor {

    private static final Logger LOG = LoggerFactory.getLogger(MllpDoor.class);

    private static final int MAX_CONNECTIONS = 100;

    /** Interfaces stay open for days without a word. */
    private static final int IDLE_SECONDS = 3_600;

    /** A frame that began must go on. */
    private static final long FRAME_MILLIS = 30_000;

    private final Vertx vertx;
    private final MllpSettings settings;
    private final NetServer server;
    private final Recorder recorder;
    private final InstantSource clock;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /** How many messages were answered since the start. */
    public record Counts(long stored, long refused) {}

    /** @param certificate must be given where the settings ask for TLS */
    public MllpDoor(
            Vertx vertx,
            MllpSettings settings,
            Optional<MllpSettings.Certificate> certificate,
            Recorder recorder,
            InstantSource clock) {
        settings.require(certificate);
        this.vertx = vertx;
        this.settings = settings;
        this.recorder = recorder;
        this.clock = clock;
        server = vertx.createNetServer(options(settings, certificate)).connectHandler(this::admit);
    }

    private static NetServerOptions options(MllpSettings settings, Optional<MllpSettings.Certificate> certificate) {
        var options = new NetServerOptions().setIdleTimeout(IDLE_SECONDS).setTcpNoDelay(true);
        if (settings.tls() != MllpSettings.Tls.OFF) {
            MllpSettings.Certificate files = certificate.orElseThrow();
            options.setSsl(true)
                    .setEnabledSecureTransportProtocols(Set.of("TLSv1.2", "TLSv1.3"))
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .setCertPath(files.chain().toString())
                            .setKeyPath(files.key().toString()));
            if (settings.tls() == MllpSettings.Tls.CLIENT_CERTIFICATE) {
                options.setClientAuth(ClientAuth.REQUIRED)
                        .setTrustOptions(new PemTrustOptions()
                                .addCertPath(files.clientCa().orElseThrow().toString()));
                files.clientCrl().ifPresent(lists -> options.addCrlPath(lists.toString()));
            }
        }
        return options;
    }

    /** Completes with the port. */
    public CompletionStage<Integer> start() {
        return server.listen(settings.port(), settings.host())
                .map(listening -> {
                    LOG.info(
                            "HL7 version 2 over MLLP is taken on {} port {}{}",
                            settings.host(),
                            listening.actualPort(),
                            settings.tls() == MllpSettings.Tls.OFF ? "" : " with TLS");
                    return listening.actualPort();
                })
                .toCompletionStage();
    }

    /** Lets no more in. What was not answered is sent again. */
    public CompletionStage<Void> close() {
        return server.close().toCompletionStage();
    }

    public Counts counts() {
        return new Counts(stored.get(), refused.get());
    }

    private void admit(NetSocket socket) {
        String address = socket.remoteAddress().hostAddress();
        boolean known = settings.addresses().isEmpty() || settings.addresses().contains(address);
        if (!known || connections.get() >= MAX_CONNECTIONS) {
            LOG.warn(
                    "a connection over MLLP from {} is refused: {}",
                    address,
                    known ? "more than " + MAX_CONNECTIONS : "its address is not in mllp.addresses");
            socket.close();
            return;
        }
        connections.incrementAndGet();
        new Line(socket, address).open();
    }

    /** One connection; on its own event loop. */
    private final class Line {
        private final NetSocket socket;
        private final String address;
        private final FrameReader frames = new FrameReader(Document.MAX_BYTES);
        private final Deque<Frame> waiting = new ArrayDeque<>();
        private boolean busy;
        private long timer = -1;

        Line(NetSocket socket, String address) {
            this.socket = socket;
            this.address = address;
        }

        void open() {
            socket.handler(this::took);
            socket.exceptionHandler(failure -> LOG.debug("a connection over MLLP failed", failure));
            socket.closeHandler(closed -> {
                connections.decrementAndGet();
                vertx.cancelTimer(timer);
                waiting.clear();
            });
        }

        private void took(Buffer piece) {
            vertx.cancelTimer(timer);
            byte[] bytes = piece.getBytes();
            waiting.addAll(frames.feed(bytes, bytes.length));
            if (frames.isInside()) {
                timer = vertx.setTimer(FRAME_MILLIS, late -> socket.close());
            }
            next();
        }

        private void next() {
            if (busy) {
                return;
            }
            Frame frame = waiting.poll();
            if (frame == null) {
                socket.resume();
                return;
            }
            busy = true;
            // A sender that does not wait for its answers is read no faster than it is stored.
            socket.pause();
            Future<byte[]> answer = switch (frame) {
                case Frame.Whole whole -> take(whole.bytes(), address);
                case Frame.TooLong tooLong ->
                    Future.succeededFuture(
                            reject(Optional.empty(), "message must be at most " + Document.MAX_BYTES + " bytes"));
            };
            answer.onComplete(done -> {
                busy = false;
                if (done.succeeded()) {
                    socket.write(Buffer.buffer(FrameReader.frame(done.result())));
                    next();
                } else {
                    // Without an answer the sender sends it again.
                    LOG.error(
                            "a message over MLLP failed: {}",
                            done.cause().getClass().getName());
                    socket.close();
                }
            });
        }
    }

    private Future<byte[]> take(ByteString message, String address) {
        return switch (Header.read(message)) {
            case Header.Read.Bad bad -> Future.succeededFuture(reject(Optional.empty(), bad.rule()));
            case Header.Read.Good good -> store(message, good.header(), address);
        };
    }

    private Future<byte[]> store(ByteString message, Header header, String address) {
        var said = new Recorder.Said(
                Document.Purpose.HL7V2,
                header.controlId().orElseGet(() -> digest(message)),
                header.sender().orElse(address),
                header.kind(),
                "x-application/hl7-v2+er7",
                message);
        var context = vertx.getOrCreateContext();
        return vertx.executeBlocking(() -> Future.fromCompletionStage(recorder.record(said), context))
                .compose(stage -> stage)
                .map(outcome -> answer(outcome, header))
                .recover(failure -> {
                    LOG.error(
                            "a message over MLLP could not be stored: {}",
                            failure.getClass().getName());
                    return Future.succeededFuture(
                            reject(Optional.of(header), "the gateway cannot store now, send it again later"));
                });
    }

    private byte[] answer(Outcome outcome, Header header) {
        return switch (outcome) {
            case Outcome.Kept kept -> accept(header, kept.number());
            case Outcome.Known known -> accept(header, known.before().sequence());
            case Outcome.Full full ->
                reject(Optional.of(header), "the gateway has no room on its disk, send it again later");
        };
    }

    private byte[] accept(Header header, long number) {
        stored.incrementAndGet();
        return Answer.accepted(header, clock.instant(), number);
    }

    private byte[] reject(Optional<Header> header, String rule) {
        refused.incrementAndGet();
        return Answer.rejected(header, clock.instant(), rule);
    }

    private static String digest(ByteString message) {
        try {
            return "sha256:"
                    + HexFormat.of()
                            .formatHex(MessageDigest.getInstance("SHA-256").digest(message.toByteArray()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
