package org.fieldward.core.app.check;

import ca.uhn.fhir.context.FhirContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.Callable;
import org.fieldward.core.webhook.fhir.Strict;
import org.fieldward.core.webhook.filing.Matter;
import org.fieldward.core.webhook.filing.RefusedException;
import org.fieldward.core.webhook.mapping.Mapping;
import org.fieldward.core.webhook.mapping.MappingException;
import org.fieldward.core.webhook.wording.Origin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Mappings of JSON before a source uses them. */
@Command(
        name = "mapping",
        mixinStandardHelpOptions = true,
        description = "Mappings of a source's JSON: checks them, tries them.",
        subcommands = {MappingCommands.Check.class, MappingCommands.Try.class})
public final class MappingCommands {

    private MappingCommands() {}

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Says everything that is wrong with a mapping.")
    static final class Check implements Callable<Integer> {
        @Parameters(paramLabel = "FILE", description = "The mapping.")
        private Path file = Path.of("");

        @Override
        public Integer call() {
            try {
                Mapping.read(file);
                System.out.println("nothing wrong");
                return 0;
            } catch (MappingException e) {
                e.faults().forEach(System.err::println);
                return 1;
            }
        }
    }

    @Command(
            name = "try",
            mixinStandardHelpOptions = true,
            description = "Prints the resources that a mapping makes of a message. Stores nothing.")
    static final class Try implements Callable<Integer> {
        @Parameters(index = "0", paramLabel = "FILE", description = "The mapping.")
        private Path file = Path.of("");

        @Parameters(index = "1", paramLabel = "PAYLOAD", description = "A message of the source.")
        private Path payload = Path.of("");

        @Override
        public Integer call() throws IOException {
            var origin = new Origin("try", "try", ZoneOffset.UTC, Map.of(), Instant.now());
            try {
                Matter matter = Mapping.read(file).apply(Strict.json(Files.readAllBytes(payload)), origin);
                matter.drafts()
                        .forEach(draft -> System.out.println(FhirContext.forR4Cached()
                                .newJsonParser()
                                .setPrettyPrint(true)
                                .encodeResourceToString(draft.resource())));
                matter.movements()
                        .forEach(movement -> System.out.println(
                                "# " + movement.kind() + " at " + movement.at() + ", bed " + movement.beds()));
                return 0;
            } catch (RefusedException e) {
                System.err.println(e.place() + " " + e.told());
                return 1;
            }
        }
    }
}
