package org.fieldward.core.anchor.chain;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.Test;

class ContractCompilesTest {

    @Test
    void the_source_compiles_to_the_bytecode_that_is_packed() throws IOException {
        Path sources = Path.of(System.getProperty("fieldward.root", ".."), "cloud-core/src/main/solidity");
        Path installed = NpmFolder.install("cloud-core/src/main/solidity");
        Files.copy(sources.resolve("compile.js"), installed.resolve("compile.js"), StandardCopyOption.REPLACE_EXISTING);
        Process compiler = new ProcessBuilder(
                        "node",
                        "compile.js",
                        sources.resolve("FieldwardAnchor.sol").toString())
                .directory(installed.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String compiled = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        try (var packed = AnchorContract.class.getResourceAsStream("FieldwardAnchor.json")) {
            assertThat(compiled).isEqualTo(new String(packed.readAllBytes(), StandardCharsets.UTF_8));
        }
    }
}
