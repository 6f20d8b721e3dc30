package org.fieldward.simulator.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.fieldward.simulator.core.HttpCore;
import org.fieldward.simulator.sample.Secret;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the core is. */
final class CoreOptions {

    @Option(names = "--core", description = "The core's address, e.g. http://127.0.0.1:8080")
    private @Nullable URI core;

    @Option(names = "--token-file", description = "File with the bearer token that the core asks for.")
    private @Nullable Path tokenFile;

    Optional<HttpCore> core() {
        return Optional.ofNullable(core)
                .map(uri -> new HttpCore(uri, Optional.ofNullable(tokenFile).map(this::read)));
    }

    private Secret read(Path file) {
        try {
            return new Secret(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException("could not read the token file " + file, e);
        }
    }
}
