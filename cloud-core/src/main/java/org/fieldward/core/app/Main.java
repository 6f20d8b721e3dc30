package org.fieldward.core.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.fieldward.core.app.assembly.CloudCore;
import org.fieldward.core.app.assembly.Site;
import org.fieldward.core.app.command.Commands;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.app.settings.Key;
import org.fieldward.core.app.settings.Settings;
import org.fieldward.proto.certificate.Pem;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The command line of the core. */
@Command(
        name = "cloud-core",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        description = "Journals, attributes, validates, anchors and distributes what the gateways carry.",
        subcommands = {Main.Run.class, Main.ShowSettings.class, Main.ShowAuthority.class})
public final class Main implements Callable<Integer>, Site {

    @Option(
            names = {"-c", "--config"},
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description =
                    "Settings, one per line; 'cloud-core settings' prints them all. Default: cloud-core.properties"
                            + " if it is there.")
    private @Nullable Path config;

    private Main() {}

    public static void main(String[] arguments) {
        int code = commandLine().execute(arguments);
        System.exit(code);
    }

    static CommandLine commandLine() {
        var commands = new CommandLine(new Main());
        Commands.all().forEach(commands::addSubcommand);
        return commands.setExecutionExceptionHandler((failure, line, parsed) -> {
            if (failure instanceof AppException || failure instanceof IllegalArgumentException) {
                line.getErr().println(line.getColorScheme().errorText("cloud-core: " + failure.getMessage()));
                return 1;
            }
            throw failure;
        });
    }

    @Override
    public Integer call() throws InterruptedException {
        return run(settings());
    }

    @Override
    public Settings settings() {
        Path file = Optional.ofNullable(config).orElse(Path.of("cloud-core.properties"));
        if (config == null && !Files.exists(file)) {
            return Settings.defaults();
        }
        return Settings.read(file);
    }

    private static int run(Settings settings) throws InterruptedException {
        var stop = new CountDownLatch(1);
        var stopped = new CountDownLatch(1);
        // Before the start, so that nothing is left behind when it is told to stop while it still starts.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            stop.countDown();
            Site.await(stopped);
        }));
        try (var core = new CloudCore(settings)) {
            System.out.println("cloud-core is up: gateways on port " + core.grpcPort()
                    + ", console and FHIR on port " + core.httpPort() + ", authority "
                    + Pem.fingerprint(core.authority().certificate()));
            stop.await();
        } finally {
            stopped.countDown();
        }
        return 0;
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"cloud-core " + (version == null ? "(not packaged)" : version)};
        }
    }

    @Command(name = "run", mixinStandardHelpOptions = true, description = "Runs the core until it is told to stop.")
    static final class Run implements Callable<Integer> {
        @CommandLine.ParentCommand
        private @Nullable Main main;

        @Override
        public Integer call() throws InterruptedException {
            return run(Site.parent(main).settings());
        }
    }

    @Command(
            name = "settings",
            mixinStandardHelpOptions = true,
            description = "Prints every setting with its default and what it means, as a file to start from.")
    static final class ShowSettings implements Callable<Integer> {
        @Override
        public Integer call() {
            for (Key key : Key.values()) {
                System.out.printf("# %s%n#%s=%s%n%n", key.meaning(), key.key(), key.fallback());
            }
            return 0;
        }
    }

    @Command(
            name = "ca",
            description = "The core's own certificate authority.",
            subcommands = {Fingerprint.class, Certificate.class})
    static final class ShowAuthority {
        @CommandLine.ParentCommand
        private @Nullable Main main;
    }

    @Command(
            name = "fingerprint",
            mixinStandardHelpOptions = true,
            description = "Prints the SHA-256 that a gateway compares.")
    static final class Fingerprint implements Callable<Integer> {
        @CommandLine.ParentCommand
        private @Nullable ShowAuthority above;

        @Override
        public Integer call() {
            Main main = Site.parent(Site.parent(above).main);
            System.out.println(Pem.fingerprint(main.authority().certificate()));
            return 0;
        }
    }

    @Command(
            name = "certificate",
            mixinStandardHelpOptions = true,
            description = "Prints the authority's certificate as PEM.")
    static final class Certificate implements Callable<Integer> {
        @CommandLine.ParentCommand
        private @Nullable ShowAuthority above;

        @Override
        public Integer call() {
            Main main = Site.parent(Site.parent(above).main);
            System.out.print(Pem.write(main.authority().certificate()));
            return 0;
        }
    }
}
