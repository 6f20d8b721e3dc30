package org.fieldward.edge.app.command;

import java.nio.file.Path;
import org.fieldward.edge.app.Settings;
import picocli.CommandLine.Option;

/** Every command reads the same settings file. */
final class ConfigOption {

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "Settings file; default: ${DEFAULT-VALUE}.",
            defaultValue = "edge-agent.properties")
    private Path file;

    ConfigOption() {
        this(Path.of("edge-agent.properties"));
    }

    ConfigOption(Path file) {
        this.file = file;
    }

    Settings settings() {
        return Settings.load(file);
    }
}
