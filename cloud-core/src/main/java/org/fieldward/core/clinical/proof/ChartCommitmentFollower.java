package org.fieldward.core.clinical.proof;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Version;
import org.fieldward.core.clinical.ClinicalException;
import org.fieldward.core.journal.FollowerThread;
import org.fieldward.core.journal.SqlCursor;
import org.fieldward.core.observation.commitment.SqlCommitmentBatch;

/**
 * Commits to every version of the chart, in the order of commit. The commitments, their places and the cursor go in one
 * transaction. What an urgent event made is asked to be signed at once. One thread; cores that share a database take turns
 * by the cursor's lock.
 */
public final class ChartCommitmentFollower implements AutoCloseable {

    /** A batch for each write would cost as much as the writes. */
    private static final Duration BREATH = Duration.ofMillis(50);

    private static final int VERSIONS_AT_ONCE = 1_000;
    private static final Duration IDLE = Duration.ofSeconds(1);

    private final DataSource database;
    private final Chart chart;
    private final RandomGenerator random;
    private final Runnable force;
    private final SqlCursor cursor = new SqlCursor("chart-commitment");
    private final FollowerThread thread;

    /**
     * @param random makes the salts, so it must not be guessable
     * @param force asks for a checkpoint now; must only hand over
     */
    public ChartCommitmentFollower(DataSource database, Chart chart, RandomGenerator random, Runnable force) {
        this.database = database;
        this.chart = chart;
        this.random = random;
        this.force = force;
        thread = new FollowerThread("chart-commitment-follower", () -> step() ? Duration.ZERO : IDLE, BREATH);
        chart.onChange(this::wake);
    }

    public void start() {
        thread.start();
    }

    /** A hint that there may be work; never blocks. */
    public void wake() {
        thread.wake();
    }

    /** Does what there is to do now, at most one transaction of it. False if there was nothing. Not thread-safe. */
    public boolean step() {
        boolean urgent;
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try {
                List<Version> versions = chart.after(cursor.lock(connection), VERSIONS_AT_ONCE);
                if (versions.isEmpty()) {
                    connection.rollback();
                    return false;
                }
                SqlCommitmentBatch batch = SqlCommitmentBatch.begin(connection, random);
                SqlChartCommitments.insert(connection, versions, batch);
                batch.finish();
                urgent = SqlChartCommitments.isUrgent(connection, versions);
                cursor.move(connection, versions.getLast().number());
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new ClinicalException("the chart could not be committed to (SQL state " + e.getSQLState() + ")", e);
        }
        if (urgent) {
            force.run();
        }
        return true;
    }

    /** Waits for the step under way, then ends. */
    @Override
    public void close() throws InterruptedException {
        thread.close();
    }
}
