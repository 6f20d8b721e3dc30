package org.fieldward.edge.app;

import java.security.SecureRandom;
import java.util.Optional;
import org.fieldward.edge.buffer.BufferWriter;
import org.fieldward.edge.buffer.sqlite.SqliteReadingBuffer;
import org.fieldward.edge.identity.GatewayIdentity;
import org.fieldward.edge.ingest.Formats;
import org.fieldward.edge.ingest.MedtechSettings;
import org.fieldward.edge.ingest.Stamper;
import org.fieldward.edge.stick.StickDesk;
import org.fieldward.proto.certificate.CertificateMaker;

/** The buffer for the command line. Only one process writes it: the agent if it runs, else this one. */
public final class OfflineBuffer {

    private static final int ANSWER_TRIES = 600;
    private static final int PAUSE_MILLIS = 100;

    private OfflineBuffer() {}

    /** Does it here, or has the running agent do it. */
    public static String orAgent(Settings settings, String request, byte[] content) throws InterruptedException {
        Optional<DataDirectory> free = DataDirectory.hold(settings.data());
        if (free.isPresent()) {
            try (DataDirectory held = free.get()) {
                return serve(settings, request, content);
            }
        }
        var requests = new Requests(settings.data());
        requests.ask(request, content);
        for (int i = 0; i < ANSWER_TRIES; i++) {
            Optional<String> answer = requests.answer(request);
            if (answer.isPresent()) {
                return answer.get();
            }
            Thread.sleep(PAUSE_MILLIS);
        }
        throw new AgentException("the agent did not answer within " + ANSWER_TRIES * PAUSE_MILLIS / 1000 + " s");
    }

    private static String serve(Settings settings, String request, byte[] content) {
        var random = new SecureRandom();
        var wall = new Wall(random.nextLong(), Build.read().built());
        var stamper = new Stamper(wall::arrival, wall::tickMillis);
        var identity = new GatewayIdentity(settings.data().resolve("identity"), new CertificateMaker(random));
        try (var buffer = SqliteReadingBuffer.open(settings.data(), settings.buffer(), random, wall::now);
                var writer = new BufferWriter(buffer, settings.buffer(), entries -> {}, failure -> {})) {
            if (StickDesk.isFor(request)) {
                return new StickDesk(
                                buffer,
                                writer,
                                () -> stamper.get().stamp(Optional.empty()),
                                identity.credential(),
                                below -> below)
                        .serve(request, content);
            }
            return new Quarantine(
                            buffer,
                            writer,
                            Formats.of(settings.mappings(), MedtechSettings.of(settings.values(), settings.home())),
                            stamper)
                    .serve(request);
        }
    }
}
