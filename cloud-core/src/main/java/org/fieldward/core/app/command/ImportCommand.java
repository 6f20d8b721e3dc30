package org.fieldward.core.app.command;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.fieldward.core.app.assembly.Site;
import org.fieldward.core.app.file.PrivateFiles;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.intake.stick.Imported;
import org.fieldward.core.intake.stick.Imported.Tally;
import org.fieldward.core.intake.stick.StickImport;
import org.fieldward.core.journal.SqlJournal;
import org.fieldward.proto.stick.Receipt;
import org.fieldward.proto.stick.StickNames;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Takes in what a gateway exported to a stick. Exit code 2: not all of it could be taken. */
@Command(
        name = "import",
        mixinStandardHelpOptions = true,
        description = {
            "Takes in files that 'edge-agent export' wrote, beside a running core or without one, and leaves a signed"
                    + " receipt beside them, with which the gateway frees its disk.",
            "Importing a file again changes nothing."
        })
final class ImportCommand implements Callable<Integer> {

    private static final int READ_AT_ONCE = 1 << 16;

    @ParentCommand
    private @Nullable Site site;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(paramLabel = "FILE|DIR", arity = "1..*", description = "Files, or folders with *.stick files.")
    private List<Path> paths = List.of();

    @Override
    public Integer call() {
        PrintWriter out = Site.parent(spec).commandLine().getOut();
        List<Path> files = files();
        if (files.isEmpty()) {
            throw new AppException("there is no file *.stick in " + paths);
        }
        Site above = Site.parent(site);
        return above.visit((database, clock) -> {
            var stick = new StickImport(
                    above.authority(),
                    GatewayCommand.gateways(database, clock),
                    new SqlJournal(database.pool()),
                    clock);
            boolean good = true;
            Set<Path> folders = new TreeSet<>();
            for (Path file : files) {
                Imported imported = read(stick, file);
                good &= imported instanceof Imported.Whole whole
                        && whole.tally().refused().isEmpty();
                if (!(imported instanceof Imported.Refused)) {
                    folders.add(file.toAbsolutePath().getParent());
                }
                out.println(file.getFileName() + ": " + say(imported));
            }
            for (Receipt receipt : stick.receipts()) {
                byte[] signed = above.authority().sign(receipt);
                for (Path folder : folders) {
                    good &= leave(folder.resolve(StickNames.receipt(receipt.gateway())), signed, out);
                }
            }
            out.flush();
            return good ? 0 : 2;
        });
    }

    private List<Path> files() {
        var files = new ArrayList<Path>();
        for (Path path : paths) {
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            try (Stream<Path> found = Files.list(path)) {
                found.filter(file -> StickNames.isFile(file.getFileName().toString()))
                        .sorted()
                        .forEach(files::add);
            } catch (IOException e) {
                throw new AppException("the folder " + path + " could not be read", e);
            }
        }
        return files;
    }

    private static Imported read(StickImport stick, Path file) {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), READ_AT_ONCE)) {
            return stick.read(in);
        } catch (IOException e) {
            return new Imported.Refused("it could not be opened: " + e.getMessage());
        }
    }

    private static String say(Imported imported) {
        return switch (imported) {
            case Imported.Whole whole -> whole.gateway() + ", " + say(whole.tally());
            case Imported.Part part ->
                part.gateway() + ", only in part: " + part.why() + "; before that " + say(part.tally())
                        + ". The gateway still has the rest: export again";
            case Imported.Refused refused -> "refused, nothing of it was taken: " + refused.why();
        };
    }

    private static String say(Tally tally) {
        String text =
                tally.fresh() + " records new, " + tally.known() + " known before (batches: " + tally.batches() + ")";
        return tally.refused().isEmpty()
                ? text
                : text + "; set aside because they break a rule: "
                        + tally.refused().size() + ", the first "
                        + tally.refused().getFirst();
    }

    /** Whole and durable, or not there at all; that there is none is no harm, the gateway then keeps what it has. */
    private static boolean leave(Path receipt, byte[] bytes, PrintWriter out) {
        Path draft =
                receipt.resolveSibling(StickNames.draft(receipt.getFileName().toString()));
        try {
            try (FileChannel channel = FileChannel.open(
                    draft, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                var rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            Files.move(draft, receipt, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            PrivateFiles.keepName(receipt);
            out.println("receipt: " + receipt + " - take it back to the gateway, 'edge-agent export' finds it there");
            return true;
        } catch (IOException e) {
            out.println("no receipt: " + receipt + " could not be written (" + e.getMessage()
                    + "). The records are safe here; the gateway keeps its own until it hears so");
            return false;
        }
    }
}
