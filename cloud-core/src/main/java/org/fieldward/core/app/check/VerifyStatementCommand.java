package org.fieldward.core.app.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.fieldward.core.completeness.SignedReport;
import org.fieldward.core.completeness.SignedReport.Result;
import org.fieldward.core.ledger.LedgerException;
import org.fieldward.core.ledger.NoteKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Checks a statement of completeness; needs neither a core nor a network. */
@Command(
        name = "verify-statement",
        mixinStandardHelpOptions = true,
        description = "Checks that a statement of completeness was signed with the log's key and is unchanged.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the statement is right",
            "1:the statement is refused; the step that failed is named",
            "2:the command or a file cannot be read"
        })
@SuppressWarnings("NullAway.Init")
public final class VerifyStatementCommand implements Callable<Integer> {

    private static final int ACCEPTED = 0;
    private static final int REFUSED = 1;
    private static final int UNREADABLE = 2;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The statement, as /api/v1/completeness/statement gave it.")
    private Path file;

    @Option(
            names = "--key",
            required = true,
            paramLabel = "KEY",
            description = "The log's public key as 'cloud-core ledger key' prints it, or a file that holds it.")
    private String key;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Result result;
        try {
            NoteKey trusted = NoteKey.parse(VerifyCommand.keyText(key));
            // Not strictly decoded: a byte that is no UTF-8 must be refused like any other wrong one.
            result = SignedReport.check(new String(Files.readAllBytes(file), StandardCharsets.UTF_8), trusted);
        } catch (IOException e) {
            err.println("cannot read " + e.getMessage());
            return UNREADABLE;
        } catch (LedgerException e) {
            err.println("--key: " + e.getMessage());
            return UNREADABLE;
        }
        return switch (result) {
            case Result.Refused refused -> {
                err.println("refused at " + refused.step().name().toLowerCase(Locale.ROOT) + ": " + refused.reason());
                yield REFUSED;
            }
            case Result.Accepted accepted -> {
                tell(accepted.report(), out);
                yield ACCEPTED;
            }
        };
    }

    private static void tell(JsonNode report, PrintWriter out) {
        JsonNode asked = report.path("asked");
        JsonNode totals = report.path("totals");
        out.printf(
                "accepted: %s to %s, %d rows, made %s%n",
                asked.path("from").asText(),
                asked.path("to").asText(),
                report.path("rows").size(),
                report.path("made").asText());
        out.printf(
                "measured %d, confirmed %d, signed %d, anchored %d, final %d, missing %s%n",
                totals.path("measured").asLong(),
                totals.path("confirmed").asLong(),
                totals.path("signed").asLong(),
                totals.path("anchored").asLong(),
                totals.path("final").asLong(),
                totals.path("missing"));
        JsonNode log = report.path("log");
        out.printf(
                "rests on a log of %d leaves, signed to %d, on a chain to %d%n",
                log.path("size").asLong(),
                log.path("checkpoint").path("size").asLong(),
                log.path("anchored").path("size").asLong());
    }
}
