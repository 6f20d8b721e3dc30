package org.fieldward.core.observation.tally;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.fieldward.core.journal.FollowerThread;
import org.fieldward.core.observation.ObservationException;

/**
 * Adds up what steps counted, beside the follower that takes them: within a step it took a tenth of a second, once every two
 * seconds, and whoever looks live waited for it. Rows are taken out and added in one statement, so a question at any time
 * counts each of them once, and cores on one database do not disturb each other. Thread-safe.
 */
public final class SqlTallySums implements AutoCloseable {

    /** Whoever counts reads what is not added up yet, so it must stay small. */
    private static final int MOST_STEPS = 64;

    private static final int MOST_COUNTS = 8_000;

    /** A core that ended may have left something. */
    private static final Duration IDLE = Duration.ofMinutes(1);

    private static final String ADD_UP = """
            with taken as (
                delete from tally_step returning *
            ), counted as (
                insert into tally as t
                    (device_no, quarter, patient_no, readings, parameters, waveforms, first_batch, last_batch)
                select u.device_no, u.quarter, u.patient_no, sum(u.readings), sum(u.parameters), sum(u.waveforms),
                    min(s.batch), max(s.batch)
                from taken s cross join lateral unnest(
                        s.device_no, s.quarter, s.patient_no, s.readings, s.parameters, s.waveforms)
                    as u(device_no, quarter, patient_no, readings, parameters, waveforms)
                group by u.device_no, u.quarter, u.patient_no order by u.device_no, u.quarter, u.patient_no
                on conflict (device_no, quarter, patient_no) do update set
                    readings = t.readings + excluded.readings,
                    parameters = t.parameters + excluded.parameters,
                    waveforms = t.waveforms + excluded.waveforms,
                    first_batch = least(t.first_batch, excluded.first_batch),
                    last_batch = greatest(t.last_batch, excluded.last_batch)
            )
            insert into tally_origin as t (device_no, quarter, gateway, epoch, first_sequence, last_sequence)
            select u.device_no, u.quarter, u.gateway, u.epoch, min(u.first_sequence), max(u.last_sequence)
            from taken s cross join lateral unnest(
                    s.origin_device_no, s.origin_quarter, s.gateway, s.epoch, s.first_sequence, s.last_sequence)
                as u(device_no, quarter, gateway, epoch, first_sequence, last_sequence)
            group by u.device_no, u.quarter, u.gateway, u.epoch order by u.device_no, u.quarter, u.gateway, u.epoch
            on conflict (device_no, quarter, gateway, epoch) do update set
                first_sequence = least(t.first_sequence, excluded.first_sequence),
                last_sequence = greatest(t.last_sequence, excluded.last_sequence)""";

    private final DataSource database;
    private final AtomicInteger steps = new AtomicInteger();
    private final AtomicInteger counts = new AtomicInteger();
    private final FollowerThread thread;

    public SqlTallySums(DataSource database) {
        this.database = database;
        thread = new FollowerThread("tally-sums", () -> {
            addUp();
            return IDLE;
        });
    }

    public void start() {
        thread.start();
    }

    /** One more step counted so much, and commits it now; never blocks. */
    void counted(int more) {
        int waitingSteps = steps.incrementAndGet();
        int waitingCounts = counts.addAndGet(more);
        if (waitingSteps >= MOST_STEPS || waitingCounts >= MOST_COUNTS) {
            thread.wake();
        }
    }

    /** Adds up all that is committed. */
    void addUp() {
        steps.set(0);
        counts.set(0);
        try (Connection connection = database.getConnection();
                Statement add = connection.createStatement()) {
            add.executeUpdate(ADD_UP);
        } catch (SQLException e) {
            throw new ObservationException("what steps counted could not be added up", e);
        }
    }

    /** Waits for what is being added up, then ends. What is not added up yet is no less counted. */
    @Override
    public void close() throws InterruptedException {
        thread.close();
    }
}
