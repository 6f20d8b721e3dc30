package org.fieldward.installer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.fieldward.installer.part.RunningPart;

/** Eclipse Mosquitto's command line, as in Debian's mosquitto-clients. */
final class Mosquitto implements StockClient {

    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern PUBLISH_FAILED = Pattern.compile("Publish \\d+ failed: (.+)\\.");
    private static final Pattern CONNECT_FAILED = Pattern.compile("Connection error: (.+)");
    private static final String LOST = "The connection was lost";
    private static final String NO_SUBSCRIPTION = "All subscription requests were denied";

    private final Path log;

    Mosquitto(Path folder) {
        log = folder.resolve("mosquitto.log");
    }

    @Override
    public Optional<String> missing() {
        return Stream.of("mosquitto_pub", "mosquitto_sub")
                .filter(program -> !StockClient.isInstalled(program))
                .map(program -> program + " is not installed (Debian: mosquitto-clients)")
                .findFirst();
    }

    @Override
    public Answer publish(Login login, String topic, int qos, Path payload) {
        return publish(login, topic, qos, payload, List.of());
    }

    /** @param more options, e.g. {@code -D publish content-type text/plain} */
    Answer publish(Login login, String topic, int qos, Path payload, List<String> more) {
        List<String> command = command("mosquitto_pub", login);
        command.addAll(List.of("-t", topic, "-q", Integer.toString(qos), "-f", payload.toString()));
        command.addAll(more);
        return answer(command);
    }

    @Override
    public Answer refusedSubscription(Login login, String filter) {
        List<String> command = command("mosquitto_sub", login);
        command.addAll(List.of("-t", filter, "-q", "1"));
        return answer(command);
    }

    @Override
    public RunningPart listen(Login login, String filter) {
        List<String> command = command("mosquitto_sub", login);
        command.addAll(List.of("-t", filter, "-q", "1", "-F", "%r %t %p"));
        return RunningPart.start("mosquitto_sub", command, log);
    }

    private Answer answer(List<String> command) {
        try (RunningPart client = RunningPart.start(command.getFirst(), command, log)) {
            int code = client.awaitEnd(LIMIT);
            String said = client.lastLines(20);
            Matcher publish = PUBLISH_FAILED.matcher(said);
            if (publish.find()) {
                return new Answer.Refused(publish.group(1));
            }
            Matcher connect = CONNECT_FAILED.matcher(said);
            if (connect.find()) {
                return new Answer.Refused(connect.group(1));
            }
            if (said.contains(NO_SUBSCRIPTION)) {
                return new Answer.Refused(NO_SUBSCRIPTION);
            }
            if (said.contains(LOST)) {
                return new Answer.Closed();
            }
            if (code != 0) {
                throw new AssertionError(command.getFirst() + " ended with code " + code + ": " + said);
            }
            return new Answer.Taken();
        }
    }

    private static List<String> command(String program, Login login) {
        var command = new ArrayList<>(List.of(
                program,
                "-V",
                switch (login.version()) {
                    case V3_1_1 -> "311";
                    case V5 -> "5";
                },
                "-h",
                "localhost",
                "-i",
                login.name(),
                "-u",
                login.name(),
                "-P",
                login.password()));
        if (login.tls()) {
            command.addAll(List.of("--cafile", login.gateway().tlsAuthority().toString()));
            command.addAll(List.of("-p", Integer.toString(login.gateway().tlsPort())));
        } else {
            command.addAll(List.of("-p", Integer.toString(login.gateway().mqttPort())));
        }
        return command;
    }

    @Override
    public String toString() {
        return "mosquitto";
    }
}
