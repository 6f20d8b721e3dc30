package org.fieldward.edge.app;

import org.fieldward.edge.app.command.AccountCommand;
import org.fieldward.edge.app.command.DevicesCommand;
import org.fieldward.edge.app.command.EnrolCommand;
import org.fieldward.edge.app.command.ExportCommand;
import org.fieldward.edge.app.command.MappingCommand;
import org.fieldward.edge.app.command.PracticeCommand;
import org.fieldward.edge.app.command.QuarantineCommand;
import org.fieldward.edge.app.command.RunCommand;
import org.fieldward.edge.app.command.SettingsCommand;
import org.fieldward.edge.app.command.StatusCommand;
import org.fieldward.edge.app.command.VerifyCommand;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** {@code edge-agent}: the gateway's command line. */
@Command(
        name = "edge-agent",
        description = "The Fieldward gateway: takes readings from devices, keeps them, and carries them to the core.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        subcommands = {
            RunCommand.class,
            EnrolCommand.class,
            StatusCommand.class,
            DevicesCommand.class,
            ExportCommand.class,
            QuarantineCommand.class,
            VerifyCommand.class,
            AccountCommand.class,
            MappingCommand.class,
            SettingsCommand.class,
            PracticeCommand.class
        })
public final class Main implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** Errors that the operator can mend are one line; anything else is a defect and shows where it happened. */
    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (isForTheOperator(failure)) {
                        line.getErr().println("edge-agent: " + failure.getMessage());
                    } else {
                        failure.printStackTrace(line.getErr());
                    }
                    return 1;
                });
    }

    private static boolean isForTheOperator(Exception failure) {
        String origin = failure.getClass().getPackageName();
        return failure instanceof IllegalArgumentException || origin.startsWith("org.fieldward.");
    }

    @Override
    public void run() {
        if (spec != null) {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }

    /** From the build. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"edge-agent " + Build.read().version()};
        }
    }
}
