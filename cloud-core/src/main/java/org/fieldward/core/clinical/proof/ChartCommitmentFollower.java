package org.fieldward.core.clinical.proof;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Version;
import org.fieldward.core.clinical.ClinicalException;
import org.fieldward.core.journal.SqlCursor;
import org.fieldward.core.observation.SqlCommitmentBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits to every version of the chart, in the order of commit. The commitments, their places and the cursor go in one
 * transaction. What an urgent event made is asked to be signed at once. One thread; cores that share a database take turns
 * by the cursor's lock.
 */
public final class ChartCommitmentFollower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChartCommitmentFollower.class);
    private static final int VERSIONS_AT_ONCE = 1_000;
    private static final int IDLE_MILLIS = 1_000;
    private static final int RETRY_MILLIS = 1_000;

    private final DataSource database;
    private final Chart chart;
    private final RandomGenerator random;
    private final Runnable force;
    private final SqlCursor cursor = new SqlCursor("chart-commitment");
    private final Semaphore work = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closing;

    /**
     * @param random makes the salts, so it must not be guessable
     * @param force asks for a checkpoint now; must only hand over
     */
    public ChartCommitmentFollower(DataSource database, Chart chart, RandomGenerator random, Runnable force) {
        this.database = database;
        this.chart = chart;
        this.random = random;
        this.force = force;
        thread = Thread.ofPlatform().name("chart-commitment-follower").unstarted(this::run);
        chart.onChange(this::wake);
    }

    public void start() {
        thread.start();
    }

    /** A hint that there may be work; never blocks. */
    public void wake() {
        if (work.availablePermits() == 0) {
            work.release();
        }
    }

    private void run() {
        while (!closing) {
            int pause = IDLE_MILLIS;
            try {
                if (step()) {
                    continue;
                }
            } catch (RuntimeException | Error e) {
                // The transaction is rolled back: the same step comes again, nothing is skipped.
                LOG.error("a step of the chart's commitments failed, it is tried again", e);
                pause = RETRY_MILLIS;
            }
            try {
                if (work.tryAcquire(pause, TimeUnit.MILLISECONDS)) {
                    work.drainPermits();
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts the chart's commitments", e);
            }
        }
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
                urgent = SqlChartCommitments.isUrgent(connection, batch.number());
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
        closing = true;
        wake();
        thread.join();
    }
}
