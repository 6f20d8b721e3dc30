package org.fieldward.core.anchor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.fieldward.core.ledger.NoteSigner;
import org.junit.jupiter.api.Test;

/** A log that was written before V225, when its leaves were stored, is the same log behind it. */
class LeavesOnceTest {

    private static final String BEFORE = "222";
    private static final int WIDTH = 256;
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final DataSource database = TestDatabase.asOf(BEFORE);
    private final FakeCommitments commitments = new FakeCommitments();
    private final NoteSigner signer = LogFollowerTest.signer();
    private final SqlLog log = new SqlLog(database, commitments);

    /** As versions before V225 did: the tiles of leaves stand beside those above them. */
    private void fill(int batches) throws SQLException {
        for (int batch = 0; batch < batches; batch++) {
            commitments.add(batch % 5 == 0 ? 0 : 37);
            log.advance(1);
        }
        List<byte[]> leaves = Leaves.of(commitments);
        try (Connection connection = database.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "insert into ledger_tile (level, index, hashes) values (0, ?, ?)")) {
            for (int tile = 0; tile * WIDTH < leaves.size(); tile++) {
                var hashes = new ByteArrayOutputStream();
                leaves.subList(tile * WIDTH, Math.min(leaves.size(), (tile + 1) * WIDTH))
                        .forEach(hashes::writeBytes);
                insert.setLong(1, tile);
                insert.setBytes(2, hashes.toByteArray());
                insert.executeUpdate();
            }
        }
    }

    private int tiles(int level) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from ledger_tile where level = " + level)) {
            row.next();
            return row.getInt(1);
        }
    }

    @Test
    void roots_leaves_and_checkpoints_are_the_same_behind_the_migration_and_the_log_grows_on() throws SQLException {
        fill(60);
        SqlLog.Signed signed = log.sign(signer, NOON).orElseThrow();
        assertThat(signed.root()).isEqualTo(Leaves.root(commitments));
        assertThat(tiles(0)).isEqualTo(7);
        int above = tiles(1);

        TestDatabase.migrate(database, "latest");

        assertThat(tiles(0)).isZero();
        assertThat(tiles(1)).isEqualTo(above).isPositive();
        assertThat(log.newest()).isEqualTo(Optional.of(signed));
        List<byte[]> leaves = Leaves.of(commitments);
        assertThat(log.tree().root(leaves.size())).isEqualTo(signed.root());
        for (int leaf = 0; leaf < leaves.size(); leaf++) {
            assertThat(log.tree().hash(0, leaf)).as("leaf %d", leaf).isEqualTo(leaves.get(leaf));
        }

        // The last tile was half full before, and is filled after.
        for (int batch = 0; batch < 20; batch++) {
            commitments.add(31);
        }
        log.advance(100);
        assertThat(log.size()).isEqualTo(Leaves.of(commitments).size()).isGreaterThan(leaves.size());
        assertThat(log.sign(signer, NOON.plusSeconds(60)).orElseThrow().root()).isEqualTo(Leaves.root(commitments));
    }

    @Test
    void an_empty_log_begins_behind_the_migration_as_ever() {
        TestDatabase.migrate(database, "latest");
        commitments.add(300);

        log.advance(1);

        assertThat(log.tree().root(300)).isEqualTo(Leaves.root(commitments));
    }
}
