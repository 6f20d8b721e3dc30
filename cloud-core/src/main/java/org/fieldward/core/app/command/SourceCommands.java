package org.fieldward.core.app.command;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.fieldward.core.app.assembly.Site;
import org.fieldward.core.app.file.PrivateFiles;
import org.fieldward.core.app.settings.AppException;
import org.fieldward.core.webhook.mapping.Mapping;
import org.fieldward.core.webhook.source.Proof;
import org.fieldward.core.webhook.source.Source;
import org.fieldward.core.webhook.source.SourcesFile;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The hospital systems that may send, in the file that the settings name. A running core takes it up by itself. */
@Command(
        name = "source",
        mixinStandardHelpOptions = true,
        description = "Hospital systems that may send: webhooks.sources-file.",
        subcommands = {
            SourceCommands.Add.class,
            SourceCommands.ListAll.class,
            SourceCommands.Remove.class,
            SourceCommands.Check.class
        })
final class SourceCommands {

    @ParentCommand
    private @Nullable Site site;

    private Path file() {
        return Site.parent(site)
                .settings()
                .sourcesFile()
                .orElseThrow(() -> new AppException("webhooks.sources-file must be set in the settings"));
    }

    private static Map<String, Source> known(Path file) {
        return Files.exists(file) ? new TreeMap<>(SourcesFile.read(file)) : new TreeMap<>();
    }

    @Command(
            name = "add",
            mixinStandardHelpOptions = true,
            description = "Adds a source with a secret of its own, which is printed once.")
    static final class Add implements Callable<Integer> {
        @ParentCommand
        private @Nullable SourceCommands above;

        @Parameters(paramLabel = "NAME", description = "a-z 0-9 and -; stands in the address it sends to.")
        private String name = "";

        @Option(names = "--format", required = true, paramLabel = "FORMAT", description = "fhir, hl7v2 or json.")
        private String format = "";

        @Option(
                names = "--facilities",
                required = true,
                paramLabel = "LIST",
                description = "Facilities it may speak for, separated by commas; * for any.")
        private String facilities = "";

        @Option(names = "--proof", paramLabel = "KIND", description = "hmac (default), bearer or basic.")
        private String proof = "hmac";

        @Option(names = "--mapping", paramLabel = "FILE", description = "Mapping of JSON, where the format is json.")
        private @Nullable Path mapping;

        @Override
        public Integer call() throws IOException {
            Path file = Site.parent(above).file().toAbsolutePath();
            if (known(file).containsKey(name)) {
                throw new AppException("there is a source '" + name + "' already");
            }
            if (!List.of("hmac", "bearer", "basic").contains(proof)) {
                throw new AppException("--proof must be hmac, bearer or basic, was '" + proof + "'");
            }
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            String secret =
                    (proof.equals("basic") ? name + ":" : "") + HexFormat.of().formatHex(random);
            String before = Files.exists(file) ? Files.readString(file) : "";
            Path secretFile = file.resolveSibling("source-" + name + ".secret");
            var lines = new ArrayList<String>();
            String start = "source." + name + ".";
            lines.add(start + "format=" + format);
            lines.add(start + "facilities=" + facilities);
            lines.add(start + proof + "-file=" + secretFile.getFileName());
            if (mapping != null) {
                lines.add(start + "mapping=" + mapping.toAbsolutePath());
            }
            PrivateFiles.write(secretFile, secret + "\n");
            String text =
                    before + (before.isEmpty() || before.endsWith("\n") ? "" : "\n") + String.join("\n", lines) + "\n";
            replace(file, text);
            System.out.println(secret);
            return 0;
        }
    }

    /** Only what can be read takes the file's place. */
    private static void replace(Path file, String text) throws IOException {
        Path trial = file.resolveSibling(file.getFileName() + ".trial");
        Files.writeString(trial, text, StandardCharsets.UTF_8);
        try {
            SourcesFile.read(trial);
        } finally {
            Files.delete(trial);
        }
        PrivateFiles.write(file, text);
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Prints the sources, without their secrets.")
    static final class ListAll implements Callable<Integer> {
        @ParentCommand
        private @Nullable SourceCommands above;

        @Override
        public Integer call() {
            known(Site.parent(above).file())
                    .values()
                    .forEach(source -> System.out.println(String.join(
                            "\t",
                            source.name(),
                            source.format().name().toLowerCase(java.util.Locale.ROOT),
                            String.join(",", source.facilities()),
                            String.join(
                                    ",",
                                    source.proofs().stream().map(ListAll::kind).toList()),
                            source.perMinute() + "/min")));
            return 0;
        }

        private static String kind(Proof proof) {
            return switch (proof) {
                case Proof.Bearer bearer -> "bearer";
                case Proof.Basic basic -> "basic";
                case Proof.Hmac hmac -> "hmac";
                case Proof.Certificate certificate -> "certificate";
            };
        }
    }

    @Command(
            name = "remove",
            mixinStandardHelpOptions = true,
            description = "Lets a source send no more. Its secret's file stays.")
    static final class Remove implements Callable<Integer> {
        @ParentCommand
        private @Nullable SourceCommands above;

        @Parameters(paramLabel = "NAME", description = "Name of the source.")
        private String name = "";

        @Override
        public Integer call() throws IOException {
            Path file = Site.parent(above).file().toAbsolutePath();
            if (!known(file).containsKey(name)) {
                throw new AppException("there is no source '" + name + "'");
            }
            List<String> kept = Files.readAllLines(file).stream()
                    .filter(line -> !line.strip().startsWith("source." + name + "."))
                    .toList();
            replace(file, String.join("\n", kept) + "\n");
            return 0;
        }
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = "Reads the file of sources, their secrets and their mappings, and says what is wrong.")
    static final class Check implements Callable<Integer> {
        @ParentCommand
        private @Nullable SourceCommands above;

        @Override
        public Integer call() {
            Map<String, Source> sources = SourcesFile.read(Site.parent(above).file());
            sources.values().forEach(source -> source.mapping().ifPresent(Mapping::read));
            System.out.println(sources.size() + " sources, nothing wrong");
            return 0;
        }
    }
}
