package org.fieldward.core.app.command;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.fieldward.core.app.assembly.Hospitals;
import org.fieldward.core.app.assembly.Site;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.webhook.Received;
import org.fieldward.core.webhook.arrival.Arrival;
import org.fieldward.core.webhook.arrival.SqlArrivals;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What hospital systems sent, and what waits. */
@Command(
        name = "arrivals",
        mixinStandardHelpOptions = true,
        description = "What hospital systems sent: lists it, and tries again what waits.",
        subcommands = {ArrivalCommands.ListAll.class, ArrivalCommands.Replay.class})
final class ArrivalCommands {

    @ParentCommand
    private @Nullable Site site;

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "Prints what waits in quarantine, newest first.")
    static final class ListAll implements Callable<Integer> {
        @ParentCommand
        private @Nullable ArrivalCommands above;

        @Option(names = "--all", description = "What was applied, too.")
        private boolean all;

        @Option(names = "--limit", paramLabel = "N", description = "At most so many, 100 by default.")
        private int limit = 100;

        @Override
        public Integer call() {
            List<Arrival> found = Site.parent(Site.parent(above).site)
                    .visit((database, clock) -> new SqlArrivals(database.pool())
                            .list(
                                    all ? Optional.empty() : Optional.of(Arrival.State.QUARANTINED),
                                    Optional.empty(),
                                    Math.max(1, limit)));
            found.forEach(arrival -> System.out.println(String.join(
                    "\t",
                    Long.toString(arrival.number()),
                    arrival.source(),
                    arrival.facility(),
                    arrival.kind().isEmpty() ? "-" : arrival.kind(),
                    arrival.state().name().toLowerCase(Locale.ROOT),
                    arrival.arrivedAt().toString(),
                    arrival.place().orElse("-"),
                    arrival.rule().orElse("-"))));
            return 0;
        }
    }

    @Command(
            name = "replay",
            mixinStandardHelpOptions = true,
            description = "Tries again what waits, as sources and mappings are now.")
    static final class Replay implements Callable<Integer> {
        @ParentCommand
        private @Nullable ArrivalCommands above;

        @Parameters(arity = "1..*", paramLabel = "NUMBER", description = "Numbers of arrivals.")
        private List<Long> numbers = List.of();

        @Override
        public Integer call() {
            Site top = Site.parent(Site.parent(above).site);
            return top.visit((database, clock) -> {
                Hospitals hospitals = Hospitals.beside(top.settings(), database.pool(), clock);
                int failed = 0;
                for (long number : numbers) {
                    Received received = hospitals
                            .reception()
                            .replay(number, hospitals::source)
                            .orElseThrow(() -> new AppException("there is no arrival " + number));
                    System.out.println(number + "\t" + received.answer());
                    failed += received.isApplied() ? 0 : 1;
                }
                return failed == 0 ? 0 : 1;
            });
        }
    }
}
