package org.fieldward.core.anchor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.fieldward.core.ledger.Hash;
import org.fieldward.core.ledger.NoteSigner;
import org.fieldward.core.observation.commitment.Commitments;
import org.fieldward.proto.tree.HashTree;
import org.junit.jupiter.api.Test;

class LogFollowerTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration INTERVAL = Duration.ofSeconds(60);

    private final DataSource database = TestDatabase.fresh();
    private final FakeCommitments commitments = new FakeCommitments();
    private final NoteSigner signer = signer();
    private final SqlLog log = new SqlLog(database, commitments);
    private final LogFollower follower = new LogFollower(log, signer, INTERVAL);

    @Test
    void every_commitment_becomes_one_leaf_in_order() {
        commitments.add(3);
        commitments.add(0);
        commitments.add(300);

        follower.step(NOON);

        assertThat(log.size()).isEqualTo(303);
        assertThat(log.tree().root(303)).isEqualTo(Leaves.root(commitments));
        assertThat(log.leaf(1, 2)).hasValue(2);
        assertThat(log.leaf(3, 0)).hasValue(3);
        assertThat(log.leaf(4, 0)).isEmpty();
    }

    @Test
    void a_checkpoint_is_signed_when_the_time_has_come_and_the_log_grew() {
        commitments.add(1);
        follower.step(NOON);
        assertThat(log.newest().orElseThrow().note().open(signer.publicKey()).size())
                .isEqualTo(1);

        commitments.add(1);
        follower.step(NOON.plusSeconds(59));
        assertThat(log.newest().orElseThrow().size()).isEqualTo(1);

        follower.step(NOON.plusSeconds(60));
        assertThat(log.newest().orElseThrow().size()).isEqualTo(2);

        follower.step(NOON.plusSeconds(600));
        assertThat(log.newest().orElseThrow().signedAt()).isEqualTo(NOON.plusSeconds(60));
    }

    @Test
    void what_is_urgent_is_signed_before_the_interval_is_over_and_behind_all_that_came_before_it() {
        commitments.add(1);
        follower.step(NOON);
        // More than one step takes: the urgent one is the last.
        for (int i = 0; i < 70; i++) {
            commitments.add(1);
        }

        follower.urge();
        follower.urge();
        assertThat(follower.step(NOON.plusSeconds(1))).isTrue();
        assertThat(log.newest().orElseThrow().size()).isEqualTo(1);
        follower.step(NOON.plusSeconds(2));
        assertThat(log.newest().orElseThrow().size()).isEqualTo(71);

        commitments.add(1);
        follower.step(NOON.plusSeconds(3));
        assertThat(log.newest().orElseThrow().size()).as("urged once").isEqualTo(71);
    }

    @Test
    void an_empty_log_has_no_checkpoint() {
        follower.step(NOON);

        assertThat(log.newest()).isEmpty();
    }

    @Test
    void a_crash_at_any_point_neither_loses_nor_doubles_a_leaf() {
        var flaky = new FlakySource(database);
        var crashing = new LogFollower(new SqlLog(flaky.source(), commitments), signer, INTERVAL);
        int crashes = 0;
        for (int calls = 0; calls < 40; calls++) {
            commitments.add(7 + calls);
            flaky.breakAfter(calls % 12);
            try {
                crashing.step(NOON.plusSeconds(60L * calls));
            } catch (AnchorException e) {
                crashes++;
            }
        }
        flaky.heal();
        crashing.step(NOON.plusSeconds(10_000));

        assertThat(crashes).isGreaterThan(10);
        List<byte[]> leaves = Leaves.of(commitments);
        assertThat(log.size()).isEqualTo(leaves.size());
        assertThat(log.newest().orElseThrow().root())
                .isEqualTo(Hash.of(HashTree.of(leaves).root(leaves.size())));
    }

    @Test
    void leaves_are_made_of_the_commitments_and_stored_nowhere() throws SQLException {
        for (int batch = 0; batch < 40; batch++) {
            commitments.add(batch % 3 == 0 ? 0 : 50);
            follower.step(NOON);
        }

        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet tiles = statement.executeQuery("select count(*) filter (where level = 0),"
                        + " count(*) filter (where level = 1) from ledger_tile")) {
            tiles.next();
            assertThat(tiles.getInt(1)).isZero();
            assertThat(tiles.getInt(2)).isEqualTo(1);
        }
        List<byte[]> leaves = Leaves.of(commitments);
        for (int leaf = 0; leaf < leaves.size(); leaf++) {
            assertThat(log.tree().hash(0, leaf)).as("leaf %d", leaf).isEqualTo(leaves.get(leaf));
        }
        assertThat(log.tree().root(leaves.size())).isEqualTo(Leaves.root(commitments));
    }

    @Test
    void two_cores_on_one_database_take_turns() throws Exception {
        for (int i = 0; i < 300; i++) {
            commitments.add(5);
        }
        var second = new LogFollower(new SqlLog(database, commitments), signer, INTERVAL);
        try (var threads = Executors.newFixedThreadPool(2)) {
            List<Callable<Boolean>> both = List.of(() -> drain(follower), () -> drain(second));
            for (var done : threads.invokeAll(both)) {
                assertThat(done.get()).isTrue();
            }
        }

        assertThat(log.size()).isEqualTo(1_500);
        assertThat(log.tree().root(1_500)).isEqualTo(Leaves.root(commitments));
    }

    @Test
    void a_missing_batch_stops_the_log_rather_than_leave_a_hole() {
        Commitments holed = (number, limit) -> List.of(new Commitments.CommitmentBatch(2, ByteString.EMPTY));

        assertThatThrownBy(() -> new SqlLog(database, holed).advance(10))
                .hasMessage("batch 1 of the commitments is missing");
        assertThat(log.size()).isZero();
    }

    private static boolean drain(LogFollower follower) {
        while (follower.step(NOON)) {}
        return true;
    }

    static NoteSigner signer() {
        try {
            return new NoteSigner(
                    "hospital.example/log",
                    KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
