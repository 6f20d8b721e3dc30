package org.fieldward.core.app.command;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.fieldward.core.app.assembly.Site;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.app.settings.Settings;
import org.fieldward.core.registry.Configurations.Configuration;
import org.fieldward.core.registry.SqlConfigurations;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What gateways are set to from here. A running core tells the gateway with its next heartbeat. */
final class ConfigurationCommands {

    private ConfigurationCommands() {}

    @Command(
            name = "configure",
            mixinStandardHelpOptions = true,
            description = "Makes a file the gateway's configuration: all that the centre sets there, in a new version.")
    static final class Configure implements Callable<Integer> {
        @ParentCommand
        private @Nullable GatewayCommand above;

        @Parameters(index = "0", paramLabel = "ID", description = "Name of the gateway.")
        private String gateway = "";

        @Parameters(index = "1", paramLabel = "FILE", description = "Properties file; an empty one sets nothing.")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            Map<String, String> settings = Settings.properties("the file", file);
            Configuration made = Site.parent(Site.parent(above).site())
                    .visit((database, clock) -> new SqlConfigurations(database.pool(), clock).set(gateway, settings))
                    .orElseThrow(() -> new AppException("there is no gateway '" + gateway + "'"));
            System.out.println("version " + made.version());
            return 0;
        }
    }

    @Command(
            name = "configuration",
            mixinStandardHelpOptions = true,
            description = "Prints what the centre sets at the gateway, and what the gateway said became of it.")
    static final class Show implements Callable<Integer> {
        @ParentCommand
        private @Nullable GatewayCommand above;

        @Parameters(paramLabel = "ID", description = "Name of the gateway.")
        private String gateway = "";

        @Override
        public Integer call() {
            return Site.parent(Site.parent(above).site()).visit((database, clock) -> {
                var configurations = new SqlConfigurations(database.pool(), clock);
                configurations.present(gateway).ifPresent(wanted -> {
                    System.out.println("# version " + wanted.version() + ", set " + wanted.setAt());
                    new TreeMap<>(wanted.settings()).forEach((key, value) -> System.out.println(key + "=" + value));
                });
                var said = configurations.settled().get(gateway);
                if (said != null) {
                    System.out.println("# the gateway says of version " + said.version() + ": "
                            + (said.applied() ? "applied" : "not applied")
                            + (said.detail().isEmpty() ? "" : ", " + said.detail()) + ", " + said.saidAt());
                }
                return 0;
            });
        }
    }
}
