package org.fieldward.core.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.fieldward.core.anchor.chain.ChainState;
import org.fieldward.core.anchor.chain.SqlChain;
import org.fieldward.core.ledger.Hash;
import org.fieldward.core.ledger.NoteSigner;
import org.fieldward.core.ledger.ProofFile;
import org.fieldward.core.ledger.RecordCheck.Result;
import org.fieldward.core.ledger.RecordCheck.Step;
import org.fieldward.proto.tree.ProofCheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProofTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final int[] BATCHES = {1, 4, 0, 90, 170};

    private final DataSource database = TestDatabase.fresh();
    private final FakeCommitments commitments = new FakeCommitments();
    private final NoteSigner signer = LogFollowerTest.signer();
    private final SqlLog log = new SqlLog(database, commitments);
    private final LogFollower follower = new LogFollower(log, signer, Duration.ofSeconds(1));
    private final Proofs proofs = new LogProofs(log, new SqlChain(database), "hospital.example/log");

    @Test
    void every_record_of_every_batch_can_be_proven() {
        fill();
        for (int batch = 1; batch <= BATCHES.length; batch++) {
            for (int position = 0; position < BATCHES[batch - 1]; position++) {
                String json = proof(batch, position).json();
                assertThat(ProofJson.check(json, signer.publicKey()).result())
                        .as("batch %d position %d", batch, position)
                        .isInstanceOf(Result.Accepted.class);
            }
        }
    }

    @Test
    void a_record_waits_until_a_checkpoint_covers_it() {
        commitments.add(1);
        assertThat(ask(1, 0)).isEmpty();

        follower.step(NOON);
        assertThat(ask(1, 0)).isPresent();

        commitments.add(1);
        follower.step(NOON.plusMillis(1));
        assertThat(ask(2, 0)).isEmpty();
    }

    @Test
    void a_record_that_is_not_the_one_committed_to_gets_no_proof() {
        fill();

        assertThatThrownBy(() -> proofs.proof(2, 1, ByteString.copyFromUtf8("changed"), FakeCommitments.salt(2, 1)))
                .hasMessage("leaf 2 was committed to another record than the one stored now");
        assertThatThrownBy(() -> ask(2, 4)).hasMessage("batch 2 has no position 4");
    }

    @Test
    void whatever_bit_of_a_proof_is_changed_it_is_refused() {
        fill();
        byte[] json = withAnchor(proof(4, 17)).json().getBytes(StandardCharsets.UTF_8);
        assertThat(ProofJson.check(new String(json, StandardCharsets.UTF_8), signer.publicKey())
                        .result())
                .isInstanceOf(Result.Accepted.class);

        for (int bit = 0; bit < json.length * 8; bit++) {
            json[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(ProofJson.check(new String(json, StandardCharsets.UTF_8), signer.publicKey())
                            .result())
                    .as("bit %d of byte %d", bit % 8, bit / 8)
                    .isInstanceOf(Result.Refused.class);
            json[bit / 8] ^= (byte) (1 << (bit % 8));
        }
    }

    @Test
    void the_step_that_failed_is_named() {
        fill();
        Proof proof = proof(4, 17);
        Proof other = proof(4, 18);

        assertThat(refused(with(ByteString.copyFromUtf8("other"), proof.salt(), proof.file())))
                .isEqualTo(Step.INCLUSION);
        assertThat(refused(with(proof.record(), other.salt(), proof.file()))).isEqualTo(Step.INCLUSION);
        assertThat(refused(with(proof.record(), proof.salt(), other.file()))).isEqualTo(Step.INCLUSION);
        assertThat(refused(proof.json().replace("\\n265\\n", "\\n266\\n"))).isEqualTo(Step.CHECKPOINT);
        assertThat(refused(proof.json().replace("\"commitment\":\"", "\"commitment\":\"AA")))
                .isEqualTo(Step.COMMITMENT);
        assertThat(refused("{}")).isEqualTo(Step.FORMAT);
    }

    @Test
    void a_proof_of_another_log_is_refused() {
        fill();

        assertThat(ProofJson.check(proof(4, 17).json(), LogFollowerTest.signer().publicKey())
                        .result())
                .isInstanceOfSatisfying(
                        Result.Refused.class,
                        refused -> assertThat(refused.step()).isEqualTo(Step.CHECKPOINT));
    }

    @Test
    void checkpoints_are_shown_to_continue_each_other() {
        commitments.add(5);
        follower.step(NOON);
        commitments.add(300);
        follower.step(NOON.plusSeconds(1));

        List<byte[]> path = proofs.consistency(5, 305).stream().map(Hash::bytes).toList();

        assertThat(ProofCheck.consistency(
                        5,
                        log.checkpoint(5).orElseThrow().root().bytes(),
                        305,
                        log.checkpoint(305).orElseThrow().root().bytes(),
                        path))
                .isTrue();
        assertThatThrownBy(() -> proofs.consistency(4, 305)).isInstanceOf(AnchorException.class);
    }

    @Test
    void a_program_that_is_not_ours_agrees(@TempDir Path folder) throws IOException, InterruptedException {
        assumeTrue(runs("python3", "--version") && runs("openssl", "version"), "no python3 or no openssl here");
        fill();
        Proof proof = withAnchor(proof(4, 17));
        assertThat(python(folder, proof.json())).isEqualTo("accepted: leaf 22 of 265 in hospital.example/log");
        assertThat(python(folder, proof(1, 0).json())).startsWith("accepted: leaf 0 ");
        assertThat(python(folder, proof(5, 169).json())).startsWith("accepted: leaf 264 ");

        byte[] json = proof.json().getBytes(StandardCharsets.UTF_8);
        for (int at = 3; at < json.length; at += 97) {
            json[at] ^= 1;
            assertThat(python(folder, new String(json, StandardCharsets.UTF_8)))
                    .as("byte %d", at)
                    .startsWith("refused");
            json[at] ^= 1;
        }
    }

    private String python(Path folder, String json) throws IOException, InterruptedException {
        Path file = folder.resolve("proof.json");
        Files.writeString(file, json);
        String script = Path.of(System.getProperty("fieldward.root", ".."), "docs/verify_proof.py")
                .toString();
        Process python = new ProcessBuilder(
                        "python3", script, file.toString(), signer.publicKey().text())
                .redirectErrorStream(true)
                .start();
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(python.waitFor() == 0).as(said).isEqualTo(said.startsWith("accepted"));
        return said;
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command).start().waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private void fill() {
        for (int records : BATCHES) {
            commitments.add(records);
        }
        follower.step(NOON);
    }

    private Optional<Proof> ask(long batch, int position) {
        return proofs.proof(
                batch, position, FakeCommitments.record(batch, position), FakeCommitments.salt(batch, position));
    }

    private Proof proof(long batch, int position) {
        return ask(batch, position).orElseThrow();
    }

    private static Proof withAnchor(Proof proof) {
        var anchors = List.of(new ChainState.Anchor(
                31337,
                "0x" + "c".repeat(40),
                "0x" + "d".repeat(64),
                10,
                proof.checkpoint().size(),
                proof.checkpoint().root(),
                NOON,
                ChainState.Finality.FINAL));
        var file = new ProofFile(
                ProofJson.hints(anchors),
                proof.file().index(),
                proof.file().path(),
                proof.file().checkpoint());
        return new Proof(proof.record(), proof.salt(), file, proof.checkpoint(), anchors);
    }

    private Proof with(ByteString record, ByteString salt, ProofFile file) {
        return new Proof(record, salt, file, proof(1, 0).checkpoint(), List.of());
    }

    private Step refused(Proof proof) {
        return refused(proof.json());
    }

    private Step refused(String json) {
        return ((Result.Refused) ProofJson.check(json, signer.publicKey()).result()).step();
    }
}
