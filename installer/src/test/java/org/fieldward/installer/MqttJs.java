package org.fieldward.installer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.fieldward.installer.part.NpmFolder;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.part.RunningPart;

/** The package mqtt of the npm registry, on Node. */
final class MqttJs implements StockClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Pattern REFUSED = Pattern.compile("(?m)^refused: (.+)$");
    private static final Pattern DISCONNECTED = Pattern.compile("(?m)^disconnected: (\\d+)$");
    private static final Pattern TAKEN = Pattern.compile("(?m)^taken$");

    private final Path log;
    private final Path program;
    private final Optional<String> missing;

    /** Installs it below {@code target} if it is not there yet. */
    MqttJs(Path folder, Path source, Path target) {
        log = folder.resolve("mqttjs.log");
        program = target.resolve("client.mjs");
        missing = install(source, target, folder.resolve("npm.log"));
    }

    private static Optional<String> install(Path source, Path target, Path log) {
        if (!StockClient.isInstalled("node") || !StockClient.isInstalled("npm")) {
            return Optional.of("node or npm is not installed");
        }
        try {
            NpmFolder.install(source, target, log);
            return Optional.empty();
        } catch (PartException e) {
            return Optional.of("npm could not install mqtt: " + e.getMessage());
        }
    }

    @Override
    public Optional<String> missing() {
        return missing;
    }

    @Override
    public Answer publish(Login login, String topic, int qos, Path payload) {
        ObjectNode asked = connection(login);
        asked.putObject("publish").put("topic", topic).put("qos", qos).put("file", payload.toString());
        return answer(asked);
    }

    @Override
    public Answer refusedSubscription(Login login, String filter) {
        ObjectNode asked = connection(login);
        asked.putObject("subscribe").put("filter", filter);
        return answer(asked);
    }

    @Override
    public RunningPart listen(Login login, String filter) {
        ObjectNode asked = connection(login);
        asked.putObject("subscribe").put("filter", filter);
        return start(asked);
    }

    private Answer answer(ObjectNode asked) {
        try (RunningPart node = start(asked)) {
            int code = node.awaitEnd(LIMIT);
            String said = node.lastLines(20);
            Matcher refused = REFUSED.matcher(said);
            Matcher disconnected = DISCONNECTED.matcher(said);
            if (disconnected.find()) {
                return new Answer.Disconnected(Integer.parseInt(disconnected.group(1)));
            }
            if (refused.find()) {
                return new Answer.Refused(refused.group(1));
            }
            if (TAKEN.matcher(said).find()) {
                return new Answer.Taken();
            }
            if (code != 0) {
                throw new AssertionError("node ended with code " + code + ": " + said);
            }
            return new Answer.Closed();
        }
    }

    private RunningPart start(ObjectNode asked) {
        return RunningPart.start("mqtt.js", List.of("node", program.toString(), asked.toString()), log);
    }

    private static ObjectNode connection(Login login) {
        ObjectNode asked = JSON.createObjectNode()
                .put(
                        "version",
                        switch (login.version()) {
                            case V3_1_1 -> 4;
                            case V5 -> 5;
                        })
                .put("clientId", login.name())
                .put("username", login.name())
                .put("password", login.password());
        if (login.tls()) {
            return asked.put("url", "mqtts://localhost:" + login.gateway().tlsPort())
                    .put("ca", login.gateway().tlsAuthority().toString());
        }
        return asked.put("url", "mqtt://localhost:" + login.gateway().mqttPort());
    }

    @Override
    public String toString() {
        return "mqtt.js";
    }
}
