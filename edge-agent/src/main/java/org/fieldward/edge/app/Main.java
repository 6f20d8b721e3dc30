package org.fieldward.edge.app;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.security.Security;
import java.util.Optional;
import org.fieldward.edge.app.command.RunCommand;

/** {@code edge-agent}: starts what its words ask for. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        // Netty and Vert.x hand keys to TLS in a store of this kind, which never leaves memory. The JDK's own stretches
        // a password 20,000 times for each, at the start and whenever the link opens.
        Security.setProperty("keystore.type", "jks");
        // Reading the annotations of all commands is the longest part of a start, and a service is started in these
        // words.
        Optional<Path> config = asService(arguments);
        System.exit(
                config.isPresent()
                        ? run(config.get())
                        : EdgeAgentCommand.commandLine().execute(arguments));
    }

    /** The settings file where the words are {@code run --config FILE} and no others. */
    static Optional<Path> asService(String... arguments) {
        return arguments.length == 3 && arguments[0].equals("run") && arguments[1].equals("--config")
                ? Optional.of(Path.of(arguments[2]))
                : Optional.empty();
    }

    private static int run(Path config) {
        try {
            return new RunCommand(config).call();
        } catch (InterruptedException | RuntimeException e) {
            return failed(e, new PrintWriter(System.err, true, Charset.defaultCharset()));
        }
    }

    /** Errors that the operator can mend are one line; anything else is a defect and shows where it happened. */
    static int failed(Exception failure, PrintWriter out) {
        if (isForTheOperator(failure)) {
            out.println("edge-agent: " + failure.getMessage());
        } else {
            failure.printStackTrace(out);
        }
        return 1;
    }

    private static boolean isForTheOperator(Exception failure) {
        String origin = failure.getClass().getPackageName();
        return failure instanceof IllegalArgumentException || origin.startsWith("org.fieldward.");
    }
}
