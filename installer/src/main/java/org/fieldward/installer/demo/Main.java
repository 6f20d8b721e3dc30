package org.fieldward.installer.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.fieldward.installer.part.PartException;
import org.fieldward.installer.program.Program;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The demo as a program. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = "Shows the whole of Fieldward on this machine until Ctrl-C.")
public final class Main implements Callable<Integer> {

    @Mixin
    private Program program = new Program();

    @Option(names = "--port", defaultValue = "8080", description = "Port of the console. Default: ${DEFAULT-VALUE}")
    private int port = 8080;

    public static void main(String[] arguments) {
        Program.run(new Main(), arguments);
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("fieldward-demo-");
        var demo = new Demo(program.root().normalize(), folder, port, System.out, Clock.systemUTC());
        var end = new Thread(() -> {
            System.out.println();
            System.out.println("Stopping ...");
            demo.close();
            remove(folder);
        });
        Runtime.getRuntime().addShutdownHook(end);
        try {
            demo.start();
            demo.watch();
            return 1;
        } catch (PartException e) {
            System.err.println("demo: " + e.getMessage());
            return 1;
        }
    }

    private static void remove(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(Main::removeOne);
        } catch (IOException | UncheckedIOException e) {
            System.out.println("could not remove " + folder + ": " + e.getMessage());
        }
    }

    private static void removeOne(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
