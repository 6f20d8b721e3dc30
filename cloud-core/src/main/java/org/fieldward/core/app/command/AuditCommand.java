package org.fieldward.core.app.command;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.fieldward.core.access.audit.SqlAuditVerify;
import org.fieldward.core.app.assembly.Site;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The audit. */
@Command(
        name = "audit",
        mixinStandardHelpOptions = true,
        description = "Proves that nobody changed the audit.",
        subcommands = AuditCommand.Verify.class)
final class AuditCommand {

    @ParentCommand
    private @Nullable Site site;

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Goes over every row and names those that were changed, removed or swapped; ends with 1 if there is one.",
                "Prints the newest row's hash: keep it elsewhere, and show it again with --head."
            })
    static final class Verify implements Callable<Integer> {
        @ParentCommand
        private @Nullable AuditCommand above;

        @Option(names = "--head", description = "NUMBER:HASH as printed before; may be repeated.")
        private List<String> heads = List.of();

        @Override
        public Integer call() {
            SqlAuditVerify.Report report = Site.parent(Site.parent(above).site)
                    .visit((database, clock) -> SqlAuditVerify.run(database.pool(), Set.copyOf(heads)));
            report.findings().forEach(System.out::println);
            System.out.println(report.rows() + " rows, "
                    + (report.findings().isEmpty() ? "as they were" : "NOT as they were") + " appended");
            System.out.println("head: " + report.head());
            return report.findings().isEmpty() ? 0 : 1;
        }
    }
}
