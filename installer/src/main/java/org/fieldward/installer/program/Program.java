package org.fieldward.installer.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.fieldward.installer.part.Install;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Where a program's parts are, and how it is run. A mixin of each program's command. */
public final class Program {

    @Option(names = "--root", required = true, hidden = true)
    private Path root = Path.of(".");

    /** Ends this process: with 1 and one line if something failed, with 2 on wrong use. */
    public static void run(Callable<Integer> program, String[] arguments) {
        System.exit(new CommandLine(program)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    System.err.println(line.getCommandName() + ": " + e.getMessage());
                    return CommandLine.ExitCode.SOFTWARE;
                })
                .execute(arguments));
    }

    /** The tree that holds all modules. */
    public Path root() {
        return root.toAbsolutePath();
    }

    /** The parts of that tree. */
    public Install install() {
        return new Install.Launchers(root().resolve("installer/bin"));
    }

    /** A new folder for what is measured, of which the reader is told. */
    public Path folder(String name) throws IOException {
        Path folder = Files.createTempDirectory("fieldward-" + name + "-");
        System.out.println("logs and data are in " + folder);
        return folder;
    }
}
