package org.fieldward.core.app.command;

import java.io.PrintWriter;
import java.security.SecureRandom;
import java.util.List;
import org.fieldward.core.app.assembly.CopyParts;
import org.fieldward.core.app.assembly.Site;
import org.fieldward.core.chart.store.SqlChart;
import org.fieldward.core.copy.Copies;
import org.fieldward.core.copy.Copy;
import org.fieldward.core.copy.Drift;
import org.fieldward.core.copy.document.CopyException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Copies of the chart in other stores. */
@Command(
        name = "copy",
        mixinStandardHelpOptions = true,
        description = "Copies of the chart in other stores (copy.redis-url, copy.document-url).")
@SuppressWarnings("NullAway.Init")
final class CopyCommand {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Site site;

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Compares every copy with the chart, beside a running core or without one.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:every copy says what the chart says",
                "1:something is missing, extra or different, and was not mended",
                "2:a copy could not be reached, or none is set"
            })
    int verify(
            @Option(names = "--mend", description = "Puts right what is wrong; the chart is never changed.")
                    boolean mend) {
        PrintWriter err = spec.commandLine().getErr();
        return site.visit((database, clock) -> {
            var chart = new SqlChart(database.pool(), clock, new SecureRandom(), List.of());
            var copies = CopyParts.copies(site.settings().copies(), database.pool(), chart, new SecureRandom(), clock);
            try {
                if (copies.all().isEmpty()) {
                    err.println("cloud-core: no copy is set, see copy.redis-url and copy.document-url");
                    return 2;
                }
                int worst = 0;
                for (Copy copy : copies.all()) {
                    worst = Math.max(worst, verify(copies, copy, mend));
                }
                return worst;
            } finally {
                copies.all().forEach(copy -> copy.store().close());
            }
        });
    }

    private int verify(Copies copies, Copy copy, boolean mend) {
        try {
            Drift drift = copies.verifier(copy).verify(mend);
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%s: %d compared, %d missing, %d extra, %d different, %d mended%n",
                            copy.name(),
                            drift.compared(),
                            drift.missing(),
                            drift.extra(),
                            drift.different(),
                            drift.mended());
            return drift.left() == 0 ? 0 : 1;
        } catch (CopyException e) {
            spec.commandLine().getErr().println("cloud-core: " + copy.name() + ": " + e.getMessage());
            return 2;
        }
    }
}
