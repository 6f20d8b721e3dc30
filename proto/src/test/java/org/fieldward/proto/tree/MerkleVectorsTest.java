package org.fieldward.proto.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The inclusion and consistency vectors of the transparency-dev project: what passes, and above all what must not. */
class MerkleVectorsTest {

    private static final Path VECTORS =
            Path.of(System.getProperty("fieldward.shared", "../shared"), "data/merkle/testdata");

    @Test
    void every_inclusion_vector_is_judged_as_published() throws IOException {
        for (JsonNode vector : vectors("inclusion")) {
            boolean accepted = ProofCheck.inclusion(
                    bytes(vector.get("leafHash")),
                    vector.get("leafIdx").asLong(),
                    vector.get("treeSize").asLong(),
                    proof(vector),
                    bytes(vector.get("root")));

            assertThat(accepted).as(vector.toString()).isNotEqualTo(mustFail(vector));
        }
    }

    @Test
    void every_consistency_vector_is_judged_as_published() throws IOException {
        for (JsonNode vector : vectors("consistency")) {
            boolean accepted = ProofCheck.consistency(
                    vector.get("size1").asLong(),
                    bytes(vector.get("root1")),
                    vector.get("size2").asLong(),
                    bytes(vector.get("root2")),
                    proof(vector));

            assertThat(accepted).as(vector.toString()).isNotEqualTo(mustFail(vector));
        }
    }

    private static List<JsonNode> vectors(String kind) throws IOException {
        Path folder = VECTORS.resolve(kind);
        assumeTrue(Files.isDirectory(folder), () -> "no Merkle vectors at " + folder);
        var mapper = new ObjectMapper();
        var vectors = new ArrayList<JsonNode>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file :
                    files.filter(each -> each.toString().endsWith(".json")).toList()) {
                vectors.add(mapper.readTree(file.toFile()));
            }
        }
        assertThat(vectors).hasSize(98);
        return vectors;
    }

    private static boolean mustFail(JsonNode vector) {
        return vector.get("wantErr").asBoolean();
    }

    private static List<byte[]> proof(JsonNode vector) {
        var hashes = new ArrayList<byte[]>();
        vector.path("proof").forEach(hash -> hashes.add(bytes(hash)));
        return hashes;
    }

    private static byte[] bytes(JsonNode base64) {
        return Base64.getDecoder().decode(base64.asText());
    }
}
