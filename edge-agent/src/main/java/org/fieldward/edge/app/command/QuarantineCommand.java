package org.fieldward.edge.app.command;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.fieldward.edge.app.OfflineBuffer;
import org.fieldward.edge.app.Settings;
import org.fieldward.edge.buffer.Quarantined;
import org.fieldward.edge.buffer.sqlite.BufferCheck;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Payloads that nobody could read, kept with their bytes. */
@Command(
        name = "quarantine",
        description = "List, show, replay or discard payloads that could not be read.",
        mixinStandardHelpOptions = true)
public final class QuarantineCommand {

    @Command(name = "list", description = "List them, oldest first.", mixinStandardHelpOptions = true)
    void list(
            @Mixin ConfigOption config,
            @Option(names = "--from", defaultValue = "1", description = "First id.") long from,
            @Option(names = "--max", defaultValue = "100", description = "At most so many.") int max) {
        List<Quarantined> found = BufferCheck.quarantined(config.settings().data(), from, max);
        for (Quarantined one : found) {
            System.out.printf(
                    "%d %s %s %s %s %d bytes: %s%n",
                    one.id(),
                    one.state(),
                    one.rejected().receivedAt(),
                    one.rejected().device(),
                    one.rejected().reason(),
                    one.rejected().payload().size(),
                    one.rejected().detail());
        }
        System.out.println(found.size() + " payloads");
    }

    @Command(name = "show", description = "Show one with its bytes.", mixinStandardHelpOptions = true)
    int show(@Mixin ConfigOption config, @Parameters(paramLabel = "ID") long id) {
        Optional<Quarantined> found = BufferCheck.quarantined(config.settings().data(), id, 1).stream()
                .filter(one -> one.id() == id)
                .findFirst();
        if (found.isEmpty()) {
            System.out.println("there is no quarantined payload " + id);
            return 1;
        }
        System.out.println("topic  " + found.get().rejected().topic());
        System.out.println("reason " + found.get().rejected().reason() + ": "
                + found.get().rejected().detail());
        System.out.println("state  " + found.get().state());
        System.out.println();
        System.out.println(found.get().rejected().payload().toString(StandardCharsets.UTF_8));
        return 0;
    }

    @Command(
            name = "replay",
            description = "Decode one again, e.g. after an update; the readings keep their time of arrival.",
            mixinStandardHelpOptions = true)
    int replay(@Mixin ConfigOption config, @Parameters(paramLabel = "ID") long id) throws InterruptedException {
        return ask(config.settings(), "replay-" + id);
    }

    @Command(
            name = "discard",
            description = "Delete the bytes of one for good; a mark stays.",
            mixinStandardHelpOptions = true)
    int discard(@Mixin ConfigOption config, @Parameters(paramLabel = "ID") long id) throws InterruptedException {
        return ask(config.settings(), "discard-" + id);
    }

    private static int ask(Settings settings, String request) throws InterruptedException {
        System.out.println(OfflineBuffer.orAgent(settings, request, new byte[0]));
        return 0;
    }
}
