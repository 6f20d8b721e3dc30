package org.fieldward.core.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.fieldward.core.anchor.chain.Anvil;
import org.fieldward.core.anchor.chain.ChainSettings;
import org.fieldward.core.anchor.chain.ChainSettings.Finality;
import org.fieldward.core.anchor.chain.ChainState;
import org.fieldward.core.app.check.VerifyCommand;
import org.fieldward.core.app.command.LedgerCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The whole of it, on a real database and a real node. */
class AnchoringTest {

    private static final String ORIGIN = "hospital.example/log";

    @TempDir
    Path folder;

    private final DataSource database = TestDatabase.fresh();
    private final FakeCommitments commitments = new FakeCommitments();

    private record Said(int exitCode, String out, String err) {}

    @Test
    void without_a_chain_the_log_and_its_signed_checkpoints_run_and_the_state_says_so() throws IOException {
        try (Anchoring anchoring = anchoring(Optional.empty())) {
            anchoring.start();
            commitments.add(3);
            AnchorState state = await(anchoring, each -> each.checkpoint().isPresent());

            assertThat(state.logSize()).isEqualTo(3);
            assertThat(state.chain()).isEqualTo(new ChainState.NotConfigured());
            Coverage coverage = anchoring.coverage();
            assertThat(coverage.chain()).isFalse();
            assertThat(coverage.anchored()).isEmpty();
            assertThat(coverage.checkpoint().orElseThrow().batch()).isEqualTo(1);
            assertThat(coverage.checkpoint()
                            .orElseThrow()
                            .note()
                            .open(anchoring.publicKey())
                            .size())
                    .isEqualTo(3);
            Path file = saved(proof(anchoring, 1, 2));
            String key = anchoring.publicKey().text();
            assertThat(verify(file, key).out()).startsWith("accepted: the record is leaf 2 of 3 in " + ORIGIN);
            assertThat(verify(file, key, "--chain", "http://127.0.0.1:1").err())
                    .isEqualTo("refused at chain: the proof names no anchor");
        }
    }

    @Test
    void a_record_is_anchored_and_its_root_is_found_on_the_chain() throws IOException {
        try (Anvil anvil = Anvil.start();
                Anchoring anchoring = anchoring(Optional.of(anvil.url()))) {
            anchoring.start();
            commitments.add(3);
            await(anchoring, state -> anchored(state, 3));

            Path file = saved(proof(anchoring, 1, 1));
            String key = anchoring.publicKey().text();
            Said found = verify(file, key, "--chain", anvil.url());
            assertThat(found.err()).isEmpty();
            assertThat(found.exitCode()).isZero();
            assertThat(found.out()).contains("found: chain 31337, contract 0x");
            assertThat(verify(file, key, "--chain", anvil.url(), "--contract", "0x" + "9".repeat(40))
                            .err())
                    .isEqualTo("refused at chain: the chain has no such anchor");
            assertThat(verify(file, key, "--chain", "http://127.0.0.1:1").exitCode())
                    .isEqualTo(3);

            anvil.call("anvil_mine", "[4]");
            await(
                    anchoring,
                    state -> state.chain() instanceof ChainState.Connected connected
                            && connected.newest().orElseThrow().finality() == ChainState.Finality.FINAL);
            assertThat(anchoring
                            .coverage()
                            .finished()
                            .orElseThrow()
                            .checkpoint()
                            .size())
                    .isEqualTo(3);
        }
    }

    @Test
    void a_node_that_is_killed_and_comes_back_goes_on_with_the_same_contract() throws IOException {
        try (Anvil anvil = Anvil.start();
                Anchoring anchoring = anchoring(Optional.of(anvil.url()))) {
            anchoring.start();
            commitments.add(3);
            await(anchoring, state -> anchored(state, 3));
            String contract = connected(anchoring.state()).contract();
            anvil.awaitStateOnDisk();

            anvil.kill();
            commitments.add(5);
            AnchorState down = await(
                    anchoring,
                    state -> state.chain() instanceof ChainState.Behind
                            && state.checkpoint().orElseThrow().size() == 8);
            assertThat(down.logSize()).isEqualTo(8);
            assertThat(proof(anchoring, 1, 0).checkpoint().size()).isEqualTo(3);
            assertThat(proof(anchoring, 2, 0).anchors()).isEmpty();
            Coverage coverage = anchoring.coverage();
            assertThat(coverage.checkpoint().orElseThrow().batch()).isEqualTo(2);
            assertThat(coverage.anchored().orElseThrow().checkpoint().batch()).isEqualTo(1);
            assertThat(coverage.anchored().orElseThrow().places()).hasSize(1);
            assertThat(coverage.finished()).isEmpty();

            anvil.startAgain();
            AnchorState back = await(anchoring, state -> anchored(state, 8));
            assertThat(connected(back).contract()).isEqualTo(contract);
            assertThat(connected(back).foreign()).isZero();
            assertThat(proof(anchoring, 2, 0).anchors()).hasSize(1);
        }
    }

    @Test
    void an_anchor_undone_by_the_chain_is_retracted_and_made_again() {
        try (Anvil anvil = Anvil.start();
                Anchoring anchoring = anchoring(Optional.of(anvil.url()))) {
            anchoring.start();
            commitments.add(3);
            await(anchoring, state -> anchored(state, 3));
            String undone = proof(anchoring, 1, 0).anchors().getFirst().tx();
            anvil.call("anvil_setAutomine", "[false]");

            anvil.call("anvil_reorg", "[1,[]]");
            await(
                    anchoring,
                    state -> state.chain() instanceof ChainState.Connected connected
                            && connected.newest().isEmpty());
            assertThat(proof(anchoring, 1, 0).anchors()).isEmpty();

            anvil.call("anvil_setAutomine", "[true]");
            anvil.call("anvil_mine", "[1]");
            await(anchoring, state -> anchored(state, 3));
            assertThat(proof(anchoring, 1, 0).anchors().getFirst().block()).isGreaterThan(1);
            assertThat(undone).startsWith("0x");
        }
    }

    @Test
    void the_key_is_made_once_for_its_owner_only_and_printed_the_same_by_the_command() throws IOException {
        String key;
        try (Anchoring anchoring = anchoring(Optional.empty())) {
            key = anchoring.publicKey().text();
        }
        try (Anchoring again = anchoring(Optional.empty())) {
            assertThat(again.publicKey().text()).isEqualTo(key);
        }
        Path file = folder.resolve("ledger-key.pem");
        assertThat(run(new LedgerCommand(), "key", "--origin", ORIGIN, "--key-file", file.toString())
                        .out())
                .isEqualTo(key);
        assumeTrue(file.getFileSystem().supportedFileAttributeViews().contains("posix"), "no POSIX permissions here");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThatThrownBy(() -> anchoring(Optional.empty()))
                .hasMessage("key file " + file + " must be readable by its owner only: chmod 600 " + file);
    }

    @Test
    void a_log_that_was_signed_with_another_key_does_not_start() throws IOException {
        try (Anchoring anchoring = anchoring(Optional.empty())) {
            anchoring.start();
            commitments.add(1);
            await(anchoring, state -> state.checkpoint().isPresent());
        }
        Files.delete(folder.resolve("ledger-key.pem"));

        assertThatThrownBy(() -> anchoring(Optional.empty()))
                .hasMessage("the log was signed with another key or origin; bring back its key file and ledger.origin");
    }

    @Test
    void a_changed_proof_file_and_an_unreadable_one_have_their_own_exit_codes() throws IOException {
        try (Anchoring anchoring = anchoring(Optional.empty())) {
            anchoring.start();
            commitments.add(3);
            await(anchoring, state -> state.checkpoint().isPresent());
            String key = anchoring.publicKey().text();
            Path file = saved(proof(anchoring, 1, 2));
            Path keyFile = Files.writeString(folder.resolve("log.vkey"), key + "\n");

            assertThat(verify(file, keyFile.toString()).exitCode()).isZero();
            Files.writeString(file, Files.readString(file).replace("\"leafIndex\":2", "\"leafIndex\":1"));
            assertThat(verify(file, key))
                    .isEqualTo(new Said(1, "", "refused at format: leafIndex must be that of the proof"));
            Files.write(file, new byte[] {(byte) 0xff, 0x7b});
            assertThat(verify(file, key)).isEqualTo(new Said(1, "", "refused at format: the file is not JSON"));
            assertThat(verify(file, "nonsense").exitCode()).isEqualTo(2);
            assertThat(verify(folder.resolve("missing.json"), key).exitCode()).isEqualTo(2);
        }
    }

    private Anchoring anchoring(Optional<String> url) {
        var settings = new AnchorSettings(
                ORIGIN, folder.resolve("ledger-key.pem"), Duration.ofMillis(200), url.map(this::node));
        return new Anchoring(settings, database, commitments, InstantSource.system(), new SecureRandom());
    }

    private AnchorSettings.Node node(String url) {
        try {
            Path key = folder.resolve("chain-key");
            Files.writeString(key, Anvil.KEY);
            if (key.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            }
            return new AnchorSettings.Node(
                    url,
                    key,
                    Duration.ofMillis(100),
                    new ChainSettings(
                            Anvil.CHAIN_ID,
                            Optional.empty(),
                            true,
                            OptionalLong.empty(),
                            new Finality.Confirmations(3),
                            Duration.ofSeconds(60),
                            BigInteger.valueOf(10_000_000_000L)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static AnchorState await(Anchoring anchoring, Predicate<AnchorState> reached) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        AnchorState state = anchoring.state();
        while (!reached.test(state)) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("not reached, but " + state);
            }
            state = anchoring.state();
        }
        return state;
    }

    private static boolean anchored(AnchorState state, long size) {
        return state.chain() instanceof ChainState.Connected connected
                && connected.newest().map(ChainState.Anchor::size).equals(Optional.of(size));
    }

    private static ChainState.Connected connected(AnchorState state) {
        return (ChainState.Connected) state.chain();
    }

    private static Proof proof(Anchoring anchoring, long batch, int position) {
        return anchoring
                .proofs()
                .proof(batch, position, FakeCommitments.record(batch, position), FakeCommitments.salt(batch, position))
                .orElseThrow();
    }

    private Path saved(Proof proof) throws IOException {
        return Files.writeString(folder.resolve("proof.json"), proof.json());
    }

    private static Said verify(Path file, String key, String... more) {
        var arguments = new ArrayList<>(List.of(file.toString(), "--key", key));
        arguments.addAll(List.of(more));
        return run(new VerifyCommand(), arguments.toArray(String[]::new));
    }

    private static Said run(Object command, String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = new CommandLine(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Said(exitCode, out.toString().strip(), err.toString().strip());
    }
}
