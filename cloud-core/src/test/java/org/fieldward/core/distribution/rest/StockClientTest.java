package org.fieldward.core.distribution.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.fieldward.core.anchor.chain.NpmFolder;
import org.junit.jupiter.api.Test;

/** A FHIR client that others wrote, in another language; skipped where there is no node. */
final class StockClientTest {

    @Test
    void a_stock_client_of_node_holds_a_session() throws IOException, InterruptedException {
        Path folder = NpmFolder.install("cloud-core/src/test/fhir-client");
        Path script = folder.resolve("session.mjs");
        Files.copy(
                Path.of(System.getProperty("fieldward.root", ".."), "cloud-core/src/test/fhir-client/session.mjs"),
                script,
                StandardCopyOption.REPLACE_EXISTING);
        try (var desk = new Desktop()) {
            Path output = folder.resolve("session.log");
            Process node = new ProcessBuilder("node", script.toString(), desk.base())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = node.waitFor(60, TimeUnit.SECONDS);
            node.destroyForcibly();

            assertThat(Files.readString(output)).contains("as it should be");
            assertThat(ended).isTrue();
            assertThat(node.exitValue()).isZero();
        }
    }
}
