package org.fieldward.simulator.app;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fieldward.simulator.comparison.Comparison;
import org.fieldward.simulator.comparison.ComparisonResult;
import org.fieldward.simulator.comparison.Finding;
import org.fieldward.simulator.core.HttpCore;
import org.fieldward.simulator.core.TimeSpan;
import org.fieldward.simulator.evidence.EvidenceFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Sets evidence against the core. */
@Command(
        name = "compare",
        description = "Sets evidence against the core and names each value that is missing, doubled or different."
                + " Ends with 0 only if there is none.",
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class CompareCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--evidence", required = true, description = "The file that replay or ward wrote.")
    private Path evidence;

    @Mixin
    private CoreOptions core = new CoreOptions();

    @Option(names = "--from", description = "Device times from here on (ISO 8601, UTC).")
    private @Nullable Instant from;

    @Option(names = "--until", description = "Device times before this.")
    private @Nullable Instant until;

    @Option(names = "--wait", defaultValue = "0", description = "Seconds to wait for a core that is catching up.")
    private long waitSeconds;

    @Option(
            names = "--name",
            defaultValue = "20",
            description = "How many of each kind to name; all are counted. Default: ${DEFAULT-VALUE}")
    private int named;

    /** For picocli, which sets the fields. */
    @SuppressWarnings("NullAway.Init")
    CompareCommand() {}

    @Override
    public Integer call() {
        var span = new TimeSpan(Optional.ofNullable(from), Optional.ofNullable(until));
        try (HttpCore asked = core.core().orElseThrow(() -> new IllegalArgumentException("--core must be given"))) {
            var comparison = new Comparison(new EvidenceFile(evidence), asked, span, named);
            ComparisonResult result = comparison.runUntilComplete(Duration.ofSeconds(waitSeconds), System::nanoTime);
            print(result, spec.commandLine().getOut());
            return result.isComplete() ? 0 : 1;
        }
    }

    private static void print(ComparisonResult result, PrintWriter out) {
        result.findings().forEach(finding -> out.println(text(finding)));
        var claims = result.claims();
        var disagreement = result.disagreement();
        out.printf("%,12d values sent%n", claims.sent());
        out.printf("%,12d   acknowledged, of which%n", claims.acked());
        out.printf("%,12d     at the core as sent%n", result.matches().acked());
        out.printf("%,12d     missing%n", disagreement.missing());
        out.printf("%,12d   never acknowledged: may be there or not%n", claims.open());
        out.printf("%,12d     at the core as sent%n", result.matches().open());
        out.printf("%,12d doubled%n", disagreement.doubled());
        out.printf("%,12d different%n", disagreement.differing());
        out.printf("%,12d never sent, yet at the core%n", disagreement.unexpected());
        out.printf("%,12d messages that had to be refused%n", claims.malformed());
        out.println(result.isComplete() ? "evidence = core" : "EVIDENCE AND CORE DIFFER");
        out.flush();
    }

    private static String text(Finding finding) {
        String where = finding.device() + " " + finding.time() + " " + finding.parameter();
        return switch (finding) {
            case Finding.Missing one -> "missing    " + where + ": sent " + one.expected();
            case Finding.Doubled one -> "doubled    " + where;
            case Finding.Differing one -> "different  " + where + ": sent " + one.expected() + ", found " + one.found();
            case Finding.Unexpected one -> "unexpected " + where + ": found " + one.found();
        };
    }
}
