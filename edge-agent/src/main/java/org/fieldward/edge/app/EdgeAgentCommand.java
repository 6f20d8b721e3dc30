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

/** The gateway's command line. */
@Command(
        name = "edge-agent",
        description = "The Fieldward gateway: takes readings from devices, keeps them, and carries them to the core.",
        mixinStandardHelpOptions = true,
        versionProvider = EdgeAgentCommand.Version.class,
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
final class EdgeAgentCommand implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    private EdgeAgentCommand() {}

    static CommandLine commandLine() {
        return new CommandLine(new EdgeAgentCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, parsed) -> Main.failed(failure, line.getErr()));
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
