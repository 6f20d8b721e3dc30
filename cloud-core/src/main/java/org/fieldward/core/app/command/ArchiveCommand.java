package org.fieldward.core.app.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.fieldward.core.app.assembly.Site;
import org.fieldward.core.archive.Archive;
import org.fieldward.core.archive.ArchiveCheck;
import org.fieldward.core.archive.ArchiveException;
import org.fieldward.core.observation.search.SqlDays;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Readings as files for analysis elsewhere. */
@Command(
        name = "archive",
        mixinStandardHelpOptions = true,
        description = "Copies readings into Parquet files, one per day, with a manifest. Nothing is deleted.")
@SuppressWarnings("NullAway.Init")
final class ArchiveCommand {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Site site;

    @Command(
            name = "keep",
            mixinStandardHelpOptions = true,
            description = "Brings a folder in step with the store: days that are new or were corrected are written.")
    int keep(
            @Option(
                            names = "--to",
                            required = true,
                            paramLabel = "DIR",
                            description = "The archive's folder. It holds patients' readings: keep it like them.")
                    Path folder,
            @Option(
                            names = "--until",
                            paramLabel = "DAY",
                            description = "Days before this one (UTC), such as 2026-01-31. Default: today.")
                    LocalDate until) {
        PrintWriter out = spec.commandLine().getOut();
        return site.visit((database, clock) -> {
            LocalDate end = until == null ? LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC) : until;
            try {
                new Archive(new SqlDays(database.pool()), folder).keep(end, done -> {
                    out.println(say(done));
                    out.flush();
                });
                return 0;
            } catch (ArchiveException e) {
                spec.commandLine().getErr().println("cloud-core: " + e.getMessage());
                return 1;
            }
        });
    }

    private static String say(Archive.Done done) {
        return switch (done) {
            case Archive.Done.Written written ->
                written.day() + ": " + written.readings() + " readings, " + written.rows() + " values, "
                        + written.bytes() + " bytes";
            case Archive.Done.Unchanged unchanged -> unchanged.day() + ": there as it is";
        };
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = "Checks a folder against its manifest; needs neither a core nor a network.",
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:all is well", "1:something is missing or was changed; it is named", "2:no manifest"})
    int verify(@Parameters(paramLabel = "DIR") Path folder) {
        try {
            ArchiveCheck.Result result = ArchiveCheck.of(folder);
            result.complaints().forEach(spec.commandLine().getErr()::println);
            spec.commandLine()
                    .getOut()
                    .printf(
                            "%d days, %d readings, %d values, %d bytes: %s%n",
                            result.days(),
                            result.readings(),
                            result.rows(),
                            result.bytes(),
                            result.complaints().isEmpty() ? "as the manifest says" : "not as the manifest says");
            return result.complaints().isEmpty() ? 0 : 1;
        } catch (ArchiveException e) {
            spec.commandLine().getErr().println("cloud-core: " + e.getMessage());
            return 2;
        }
    }
}
