package org.fieldward.simulator.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.time.Duration;
import org.fieldward.simulator.comparison.ComparisonException;
import org.fieldward.simulator.core.CoreException;
import org.fieldward.simulator.evidence.EvidenceException;
import org.fieldward.simulator.fleet.FleetException;
import org.fieldward.simulator.line.LineException;
import org.fieldward.simulator.load.LoadException;
import org.fieldward.simulator.recording.RecordingException;
import org.fieldward.simulator.siege.SiegeException;
import org.fieldward.simulator.uplink.UplinkException;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Devices without hardware. Ends with 0 if all is well, 1 if a comparison or run found fault, 2 on wrong use. */
@Command(
        name = "device-simulator",
        description = "Devices without hardware: behave, misbehave, and keep evidence of what was acknowledged.",
        mixinStandardHelpOptions = true,
        version = "device-simulator 0.1",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ReplayCommand.class,
            WardCommand.class,
            CompareCommand.class,
            LoadCommand.class,
            GatewaysCommand.class,
            SiegeCommand.class
        })
public final class DeviceSimulator implements Runnable {

    @Spec
    private CommandSpec spec;

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    DeviceSimulator() {}

    public static void main(String[] args) {
        logToStandardError();
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return new CommandLine(new DeviceSimulator())
                .registerConverter(Duration.class, DurationText::parse)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(DeviceSimulator::explain);
    }

    /** What the world did wrong is one line; what we did wrong is a stack trace. */
    private static int explain(Exception e, CommandLine command, CommandLine.ParseResult parsed) throws Exception {
        switch (e) {
            case IllegalArgumentException wrongUse -> {
                command.getErr().println(wrongUse.getMessage());
                return CommandLine.ExitCode.USAGE;
            }
            case ComparisonException broken -> tell(command, broken);
            case CoreException broken -> tell(command, broken);
            case EvidenceException broken -> tell(command, broken);
            case FleetException broken -> tell(command, broken);
            case LineException broken -> tell(command, broken);
            case LoadException broken -> tell(command, broken);
            case RecordingException broken -> tell(command, broken);
            case SiegeException broken -> tell(command, broken);
            case UplinkException broken -> tell(command, broken);
            default -> throw e;
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static void tell(CommandLine command, Exception broken) {
        command.getErr().println(broken.getMessage());
        for (Throwable cause = broken.getCause(); cause != null; cause = cause.getCause()) {
            command.getErr().println("  because: " + cause);
        }
    }

    private static void logToStandardError() {
        var context = (LoggerContext) LoggerFactory.getILoggerFactory();
        context.reset();
        var layout = new PatternLayoutEncoder();
        layout.setContext(context);
        layout.setPattern("%d{HH:mm:ss} %-5level %logger{0} %msg%n");
        layout.start();
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(layout);
        console.start();
        var root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.addAppender(console);
        root.setLevel(Level.WARN);
        // The client tells of every refused connection with a stack trace; a device says it once, in a line.
        context.getLogger("io.vertx.mqtt").setLevel(Level.OFF);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }
}
