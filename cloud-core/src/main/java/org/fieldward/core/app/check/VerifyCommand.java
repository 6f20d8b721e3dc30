package org.fieldward.core.app.check;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fieldward.core.anchor.ProofJson;
import org.fieldward.core.anchor.ProofJson.Checked;
import org.fieldward.core.anchor.ProofJson.Hint;
import org.fieldward.core.anchor.chain.ChainClient;
import org.fieldward.core.anchor.chain.ChainException;
import org.fieldward.core.anchor.chain.ChainKey;
import org.fieldward.core.anchor.chain.Web3jChain;
import org.fieldward.core.ledger.LedgerException;
import org.fieldward.core.ledger.NoteKey;
import org.fieldward.core.ledger.RecordCheck.Result;
import org.fieldward.core.ledger.RecordCheck.Step;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a proof file; needs neither a core nor, unless asked to look at the chain, a network. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Checks that a record is in the log and unchanged, from a proof file and the log's public key.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the proof is right",
            "1:the proof is refused; the step that failed is named",
            "2:the command or a file cannot be read",
            "3:the chain cannot be asked"
        })
@SuppressWarnings("NullAway.Init")
public final class VerifyCommand implements Callable<Integer> {

    private static final int ACCEPTED = 0;
    private static final int REFUSED = 1;
    private static final int UNREADABLE = 2;
    private static final int NO_CHAIN = 3;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The proof, as the FHIR API's $$proof gave it (JSON).")
    private Path file;

    @Option(
            names = "--key",
            required = true,
            paramLabel = "KEY",
            description = "The log's public key as 'cloud-core ledger key' prints it, or a file that holds it.")
    private String key;

    @Option(
            names = "--chain",
            paramLabel = "URL",
            description = "Also look the root up on this Ethereum node (JSON-RPC over HTTP).")
    private Optional<String> chain;

    @Option(
            names = "--contract",
            paramLabel = "ADDRESS",
            description = "The contract you trust; without it the one that the proof file names is asked.")
    private Optional<String> contract;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Checked checked;
        try {
            NoteKey trusted = NoteKey.parse(keyText(key));
            // Not strictly decoded: a byte that is no UTF-8 must be refused like any other wrong one.
            checked = ProofJson.check(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), trusted);
        } catch (IOException e) {
            err.println("cannot read " + e.getMessage());
            return UNREADABLE;
        } catch (LedgerException e) {
            err.println("--key: " + e.getMessage());
            return UNREADABLE;
        }
        return switch (checked.result()) {
            case Result.Refused refused -> refuse(err, refused);
            case Result.Accepted accepted -> {
                out.printf(
                        "accepted: the record is leaf %d of %d in %s, root %s%n",
                        accepted.index(),
                        accepted.checkpoint().size(),
                        accepted.checkpoint().origin(),
                        accepted.checkpoint().root());
                yield chain.isPresent() ? lookUp(chain.get(), checked.hints(), out, err) : ACCEPTED;
            }
        };
    }

    private static int refuse(PrintWriter err, Result.Refused refused) {
        err.println("refused at " + refused.step().name().toLowerCase(Locale.ROOT) + ": " + refused.reason());
        return REFUSED;
    }

    private int lookUp(String url, List<Hint> hints, PrintWriter out, PrintWriter err) {
        if (hints.isEmpty()) {
            return refuse(err, new Result.Refused(Step.CHAIN, "the proof names no anchor"));
        }
        for (Hint hint : hints) {
            String address = contract.orElse(hint.contract()).toLowerCase(Locale.ROOT);
            try (ChainClient node = new Web3jChain(url, hint.chainId(), ChainKey.unused())) {
                if (node.chainId() == hint.chainId() && isAnchored(node, address, hint)) {
                    out.printf("found: chain %d, contract %s, tx %s%n", hint.chainId(), address, hint.tx());
                    if (contract.isEmpty()) {
                        out.println(
                                "note: the contract was named by the proof file; compare it with the one you trust");
                    }
                    return ACCEPTED;
                }
            } catch (ChainException e) {
                err.println(e.getMessage());
                return NO_CHAIN;
            }
        }
        return refuse(err, new Result.Refused(Step.CHAIN, "the chain has no such anchor"));
    }

    private static boolean isAnchored(ChainClient node, String address, Hint hint) {
        // A reorganisation may have moved the transaction to another block since the proof was made.
        long block =
                node.receipt(hint.tx()).map(receipt -> receipt.block().number()).orElse(hint.block());
        return node.anchored(address, block, block).stream()
                .anyMatch(event -> event.size() == hint.size() && event.root().equals(hint.root()));
    }

    /** The key itself, or what the file of that name holds. */
    static String keyText(String key) throws IOException {
        try {
            Path path = Path.of(key);
            return Files.isRegularFile(path) ? Files.readString(path) : key;
        } catch (InvalidPathException e) {
            return key;
        }
    }
}
