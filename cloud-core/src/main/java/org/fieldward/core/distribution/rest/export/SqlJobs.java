package org.fieldward.core.distribution.rest.export;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.fieldward.core.access.Sight;
import org.jspecify.annotations.Nullable;

/** Exports in PostgreSQL. */
public final class SqlJobs implements Jobs {

    private static final String COLUMNS =
            "select id, home, subject, facilities, patient, kind, group_id, types, since, url,"
                    + " started_at, state, finished_at from export_job ";

    private final DataSource database;

    public SqlJobs(DataSource database) {
        this.database = database;
    }

    private interface Step<T> {
        T with(PreparedStatement statement) throws SQLException;
    }

    private <T> T run(String sql, Step<T> step) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            return step.with(statement);
        } catch (SQLException e) {
            throw new ExportException("exports could not reach the database", e);
        }
    }

    @Override
    public void add(Job job) {
        run(
                "insert into export_job (id, home, subject, facilities, patient, kind, group_id, types, since, url,"
                        + " started_at, state) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                statement -> {
                    statement.setString(1, job.id());
                    statement.setString(2, job.home());
                    statement.setString(3, job.subject());
                    statement.setArray(
                            4,
                            job.sight().facilities().isPresent()
                                    ? array(statement, job.sight().facilities().get())
                                    : null);
                    statement.setString(5, job.sight().patient().orElse(null));
                    statement.setString(6, job.kind().name().toLowerCase(Locale.ROOT));
                    statement.setString(7, job.group());
                    statement.setArray(8, array(statement, job.types()));
                    statement.setTimestamp(9, job.since().map(Timestamp::from).orElse(null));
                    statement.setString(10, job.url());
                    statement.setTimestamp(11, Timestamp.from(job.startedAt()));
                    statement.setString(12, job.state().name().toLowerCase(Locale.ROOT));
                    return statement.executeUpdate();
                });
    }

    private static Array array(PreparedStatement statement, Iterable<String> texts) throws SQLException {
        var list = new ArrayList<String>();
        texts.forEach(list::add);
        return statement.getConnection().createArrayOf("text", list.toArray());
    }

    @Override
    public Optional<Job> find(String id) {
        return run(COLUMNS + "where id = ?", statement -> {
            statement.setString(1, id);
            return jobs(statement).stream().findFirst();
        });
    }

    @Override
    public List<Job> running(String home) {
        return run(COLUMNS + "where home = ? and state = 'running' order by started_at", statement -> {
            statement.setString(1, home);
            return jobs(statement);
        });
    }

    @Override
    public int running(String home, String subject) {
        return (int) running(home).stream()
                .filter(job -> job.subject().equals(subject))
                .count();
    }

    @Override
    public List<Job> finishedBefore(String home, Instant time) {
        return run(COLUMNS + "where home = ? and finished_at < ?", statement -> {
            statement.setString(1, home);
            statement.setTimestamp(2, Timestamp.from(time));
            return jobs(statement);
        });
    }

    @Override
    public void wrote(String job, Job.File file) {
        run(
                "insert into export_file (job, type, resources) select id, ?, ? from export_job where id = ?",
                statement -> {
                    statement.setString(1, file.type());
                    statement.setLong(2, file.resources());
                    statement.setString(3, job);
                    return statement.executeUpdate();
                });
    }

    @Override
    public List<Job.File> files(String job) {
        return run("select type, resources from export_file where job = ? order by type", statement -> {
            statement.setString(1, job);
            var files = new ArrayList<Job.File>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    files.add(new Job.File(row.getString(1), row.getLong(2)));
                }
            }
            return files;
        });
    }

    @Override
    public void finish(String job, Job.State state, Instant time) {
        run("update export_job set state = ?, finished_at = ? where id = ?", statement -> {
            statement.setString(1, state.name().toLowerCase(Locale.ROOT));
            statement.setTimestamp(2, Timestamp.from(time));
            statement.setString(3, job);
            return statement.executeUpdate();
        });
    }

    @Override
    public void remove(String job) {
        run("delete from export_job where id = ?", statement -> {
            statement.setString(1, job);
            return statement.executeUpdate();
        });
    }

    private static List<Job> jobs(PreparedStatement statement) throws SQLException {
        var jobs = new ArrayList<Job>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                jobs.add(new Job(
                        row.getString(1),
                        row.getString(2),
                        row.getString(3),
                        new Sight(
                                Optional.ofNullable(row.getArray(4)).isPresent()
                                        ? Optional.of(Set.copyOf(texts(row.getArray(4))))
                                        : Optional.empty(),
                                Optional.ofNullable(row.getString(5))),
                        Job.Kind.valueOf(row.getString(6).toUpperCase(Locale.ROOT)),
                        row.getString(7),
                        texts(row.getArray(8)),
                        time(row.getTimestamp(9)),
                        row.getString(10),
                        row.getTimestamp(11).toInstant(),
                        Job.State.valueOf(row.getString(12).toUpperCase(Locale.ROOT)),
                        time(row.getTimestamp(13))));
            }
        }
        return jobs;
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    private static Optional<Instant> time(@Nullable Timestamp stamp) {
        return Optional.ofNullable(stamp).map(Timestamp::toInstant);
    }
}
