package org.fieldward.core.app.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.fieldward.core.anchor.AnchorException;
import org.fieldward.core.anchor.KeyFile;
import org.fieldward.core.app.assembly.Site;
import org.fieldward.core.app.settings.Key;
import org.fieldward.core.ledger.LedgerException;
import org.fieldward.core.ledger.NoteSigner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What an operator asks about the log. */
@Command(name = "ledger", mixinStandardHelpOptions = true, description = "The log of everything that was stored.")
@SuppressWarnings("NullAway.Init")
public final class LedgerCommand {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Site site;

    @Command(
            name = "key",
            mixinStandardHelpOptions = true,
            description =
                    "Prints the log's public key, which 'cloud-core verify' and everyone else checks proofs with.")
    int key(
            @Option(names = "--origin", paramLabel = "NAME", description = "Default: ledger.origin of the settings.")
                    Optional<String> origin,
            @Option(
                            names = "--key-file",
                            paramLabel = "FILE",
                            description = "Default: ledger.key-file of the settings.")
                    Optional<Path> keyFile) {
        PrintWriter out = spec.commandLine().getOut();
        try {
            out.println(new NoteSigner(
                            origin.orElseGet(() -> site.settings().text(Key.LEDGER_ORIGIN)),
                            KeyFile.open(keyFile.orElseGet(() -> site.settings().ledgerKeyFile())))
                    .publicKey()
                    .text());
            return 0;
        } catch (AnchorException | LedgerException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return 2;
        }
    }
}
