package org.fieldward.edge.app.command;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fieldward.edge.app.AgentException;
import org.fieldward.edge.app.OfflineBuffer;
import org.fieldward.edge.app.Settings;
import org.fieldward.edge.buffer.sqlite.BufferCheck;
import org.fieldward.edge.identity.GatewayIdentity;
import org.fieldward.edge.stick.DoneFiles;
import org.fieldward.edge.stick.StickDesk;
import org.fieldward.edge.stick.StickExport;
import org.fieldward.proto.certificate.CertificateMaker;
import org.fieldward.proto.certificate.Credential;
import org.fieldward.proto.certificate.Pem;
import org.fieldward.proto.stick.Receipt;
import org.fieldward.proto.stick.StickNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where there is no link: the backlog goes out on a stick, and a receipt comes back on it. */
@Command(
        name = "export",
        description = {
            "Write what the core has not confirmed onto a stick, for 'cloud-core import'; only the core can read it.",
            "A receipt that the core left on the stick is read first, and what it confirms is freed here. Works beside"
                    + " the running agent and without it. Nothing is forgotten before the core confirmed it."
        },
        mixinStandardHelpOptions = true)
public final class ExportCommand implements Callable<Integer> {

    private static final int MAX_BATCH = 2_000;

    @Mixin
    private final ConfigOption config = new ConfigOption();

    @Option(names = "--to", paramLabel = "DIR", description = "Folder of the stick.")
    private Optional<Path> to = Optional.empty();

    @Option(names = "--receipt", paramLabel = "FILE", description = "A receipt that is somewhere else.")
    private List<Path> receipts = List.of();

    @Option(
            names = "--max-file-bytes",
            paramLabel = "N",
            defaultValue = "67108864",
            description = "A new file begins after so many bytes; default: ${DEFAULT-VALUE}.")
    private long maxFileBytes = 64 << 20;

    @Override
    public Integer call() throws InterruptedException {
        if (to.isEmpty() && receipts.isEmpty()) {
            throw new AgentException("give --to with the folder of the stick, or --receipt with a receipt of the core");
        }
        if (maxFileBytes < 1_000_000) {
            throw new AgentException("--max-file-bytes must be at least 1000000, was " + maxFileBytes);
        }
        Settings settings = config.settings();
        Credential own = new GatewayIdentity(
                        settings.data().resolve("identity"), new CertificateMaker(new SecureRandom()))
                .credential()
                .orElseThrow(() -> new AgentException("this gateway is not enrolled, so it knows no core whom it could"
                        + " encrypt to: enrol it once where there is a link (edge-agent enrol)"));
        if (to.isPresent() && !Files.isDirectory(to.get())) {
            throw new AgentException("there is no folder " + to.get() + ": is the stick plugged in and mounted?");
        }
        boolean good = true;
        for (Path file : receipts(own)) {
            good &= receipt(settings, own, file);
        }
        if (to.isPresent()) {
            export(settings, own, to.get());
        }
        return good ? 0 : 2;
    }

    private List<Path> receipts(Credential own) {
        var all = new ArrayList<>(receipts);
        to.map(folder -> folder.resolve(StickNames.receipt(Pem.commonName(own.certificate()))))
                .filter(Files::exists)
                .ifPresent(all::add);
        return all;
    }

    /** The agent checks it again: whoever may ask it for something need not be this command. */
    private boolean receipt(Settings settings, Credential own, Path file) throws InterruptedException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(Receipt.MAX_BYTES + 1024);
            String answer = OfflineBuffer.orAgent(settings, StickDesk.RECEIPT, bytes);
            System.out.println(file.getFileName() + ": " + answer);
            if (!answer.startsWith("receipt of ")) {
                return false;
            }
            if (to.isPresent()) {
                Receipt receipt = Receipt.read(
                        new ByteArrayInputStream(bytes), own.chain().getLast());
                int deleted = DoneFiles.delete(to.get(), receipt);
                if (deleted > 0) {
                    System.out.println("deleted what the core has taken in to its end (files: " + deleted + ")");
                }
            }
            return true;
        } catch (IOException e) {
            throw new AgentException("could not read the receipt " + file + ": " + e.getMessage(), e);
        }
    }

    private void export(Settings settings, Credential own, Path folder) throws InterruptedException {
        String answer = OfflineBuffer.orAgent(settings, StickDesk.EXPORT, new byte[0]);
        if (!answer.matches("[0-9]{1,18}")) {
            throw new AgentException(answer);
        }
        Path data = settings.data();
        try (var export = new StickExport(
                folder, own, maxFileBytes, new SecureRandom(), Clock.systemUTC().instant())) {
            try {
                int damaged = BufferCheck.unconfirmed(data, Long.parseLong(answer), MAX_BATCH, export::add);
                say(export.finish(), folder);
                if (damaged > 0) {
                    System.out.println(damaged + " groups of records are damaged and were left out: see 'verify'");
                }
            } catch (IOException e) {
                throw new AgentException(
                        "the stick at " + folder + " did not take it: " + e.getMessage() + ". "
                                + export.written().records() + " records are on it and good (files: "
                                + export.written().files() + "); all are still here",
                        e);
            }
        } catch (IOException e) {
            throw new AgentException("the stick at " + folder + " cannot be used: " + e.getMessage(), e);
        }
    }

    private static void say(StickExport.Written written, Path folder) {
        if (written.files() == 0) {
            System.out.println("nothing waits here: there is nothing to carry");
            return;
        }
        System.out.printf(
                "exported %d records to %s (files: %d, bytes: %d). Only the core can read them.%n"
                        + "They stay here too, until the core's receipt or the link says that it has them. The stick may be"
                        + " taken out now.%n",
                written.records(), folder, written.files(), written.bytes());
    }
}
