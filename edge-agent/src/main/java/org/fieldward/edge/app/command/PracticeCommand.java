package org.fieldward.edge.app.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.fieldward.edge.app.PracticeDoor;
import org.fieldward.edge.ingest.door.MqttDoor;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** For whoever builds a device, and for conformance suites. */
@Command(
        name = "practice",
        description =
                "Opens the MQTT door without its lock, on this machine only: to try a client or a conformance suite."
                        + " Nothing is stored, nothing is sent to a core.",
        mixinStandardHelpOptions = true)
public final class PracticeCommand implements Callable<Integer> {

    @Option(names = "--port", defaultValue = "1883", description = "MQTT port; 0 for any free one.")
    private int port;

    @Option(names = "--websocket-port", defaultValue = "off", description = "MQTT over WebSocket, path /mqtt.")
    private String webSocketPort = "off";

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("fieldward-practice");
        var stopped = new CountDownLatch(1);
        var gone = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stopped.countDown();
            awaitQuietly(gone);
        }));
        try (var door = new PracticeDoor(
                directory,
                Map.of(
                        "mqtt.plain.port",
                        String.valueOf(port),
                        "mqtt.websocket.port",
                        webSocketPort,
                        "mqtt.receive-maximum",
                        "20",
                        "mqtt.idle-limit-seconds",
                        "60",
                        "mqtt.max-packet-bytes",
                        "268435460"))) {
            MqttDoor.Ports ports = door.start();
            System.out.println("open to everybody on 127.0.0.1:" + ports.plain().orElse(0)
                    + ports.web()
                            .map(web -> ", ws://127.0.0.1:" + web + "/mqtt")
                            .orElse("") + "; Ctrl-C ends it");
            stopped.await();
        } finally {
            remove(directory);
            gone.countDown();
        }
        return 0;
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : List.copyOf(files.sorted(Comparator.reverseOrder()).toList())) {
                Files.deleteIfExists(file);
            }
        }
    }
}
