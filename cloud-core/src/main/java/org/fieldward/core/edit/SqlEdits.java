package org.fieldward.core.edit;

import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import javax.sql.DataSource;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.store.SqlDesk;
import org.hl7.fhir.r4.model.Resource;

/** Edits in PostgreSQL: what is written, what waits and who decided it are one transaction of the chart. */
public final class SqlEdits implements Edits {

    private static final int MAX_ATTEMPTS = 10;

    private final DataSource database;
    private final Chart chart;
    private final Function<Resource, Optional<Answer.Refused>> check;
    private final InstantSource clock;
    private final Rules rules = Rules.standard();

    /** @param check the first thing that is wrong with a resource */
    public SqlEdits(
            DataSource database, Chart chart, Function<Resource, Optional<Answer.Refused>> check, InstantSource clock) {
        this.database = database;
        this.chart = chart;
        this.check = check;
        this.clock = clock;
    }

    @Override
    public Answer apply(Key key, long baseVersion, Resource resource, Author author) {
        return chart.write(author, desk -> apply(desk, key, baseVersion, resource, author));
    }

    @Override
    public Answer apply(Desk desk, Key key, long baseVersion, Resource resource, Author author) {
        Optional<Version> base = chart.read(key, baseVersion, author.sight());
        if (desk.read(key).isEmpty()) {
            return new Answer.Missing();
        }
        if (base.isEmpty() || base.get().isDeleted()) {
            return new Answer.Refused("baseVersion", "is no version of it that can be seen here");
        }
        Optional<Answer.Refused> wrong = check.apply(resource);
        if (wrong.isPresent()) {
            return wrong.get();
        }
        String theirs = Bodies.text(resource, key);
        // Whoever is faster in between makes a newer version, and it is merged with that.
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            Version ours = desk.read(key).orElseThrow();
            Optional<Answer> answer = attempt(desk, base.get(), ours, theirs, author);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        throw new EditException("an edit met a newer version too often", new IllegalStateException());
    }

    /** Empty where a newer version came. */
    private Optional<Answer> attempt(Desk desk, Version base, Version ours, String theirs, Author author) {
        if (ours.isDeleted()) {
            var gone = new Conflict(
                    base.key().type(), Bodies.tree(base.json()), MissingNode.getInstance(), Bodies.tree(theirs));
            return Optional.of(keep(desk, base, ours, theirs, author, List.of(gone)));
        }
        Merge.Result result = merge(base, ours, theirs, Merge.Side.OURS);
        if (!result.conflicts().isEmpty()) {
            return Optional.of(keep(desk, base, ours, theirs, author, result.conflicts()));
        }
        Resource merged = Bodies.resource(result.merged());
        Optional<Answer.Refused> wrong = check.apply(merged);
        if (wrong.isPresent()) {
            // Each is right alone, and both together are not: that is for a person too.
            var together = new Conflict(
                    wrong.get().element(), Bodies.tree(base.json()), Bodies.tree(ours.json()), Bodies.tree(theirs));
            return Optional.of(keep(desk, base, ours, theirs, author, List.of(together)));
        }
        Outcome outcome = desk.apply(new Change.Update(merged, OptionalLong.of(ours.version())));
        return switch (outcome) {
            case Outcome.Updated updated -> {
                if (ours.version() != base.version()) {
                    desk.apply(new Change.Create(
                            Origins.of(updated.version(), base, ours, author.agent(), Optional.empty())));
                }
                yield Optional.of(new Answer.Merged(updated.version()));
            }
            case Outcome.Unchanged unchanged -> Optional.of(new Answer.Unchanged(unchanged.version()));
            case Outcome.Stale stale -> Optional.empty();
            case Outcome.Created created -> Optional.of(new Answer.Merged(created.version()));
            case Outcome.Deleted deleted -> throw new IllegalStateException("an update does not delete");
            case Outcome.Missing missing -> Optional.of(new Answer.Missing());
        };
    }

    private Merge.Result merge(Version base, Version ours, String theirs, Merge.Side side) {
        return Merge.of(Bodies.tree(base.json()), Bodies.tree(ours.json()), Bodies.tree(theirs), rules, side);
    }

    private Answer keep(Desk desk, Version base, Version ours, String theirs, Author author, List<Conflict> conflicts) {
        try {
            long number = SqlKept.add(connection(desk), base, ours, theirs, author.agent(), clock.instant());
            return new Answer.Kept(number, conflicts);
        } catch (SQLException e) {
            throw new EditException("a conflict could not be kept (SQL state " + e.getSQLState() + ")", e);
        }
    }

    private static Connection connection(Desk desk) {
        if (desk instanceof SqlDesk here) {
            return here.connection();
        }
        throw new IllegalStateException("conflicts are kept in the chart's own database");
    }

    @Override
    public List<Kept> list(boolean open, OptionalLong before, int limit, Sight sight) {
        try (Connection connection = database.getConnection()) {
            return SqlKept.list(connection, open, before, limit, sight);
        } catch (SQLException e) {
            throw new EditException("conflicts could not be read (SQL state " + e.getSQLState() + ")", e);
        }
    }

    @Override
    public Optional<Shown> find(long number, Sight sight) {
        Optional<SqlKept.Row> row;
        try (Connection connection = database.getConnection()) {
            row = SqlKept.find(connection, number, "");
        } catch (SQLException e) {
            throw new EditException("a conflict could not be read (SQL state " + e.getSQLState() + ")", e);
        }
        return row.flatMap(found -> chart.read(found.kept().key(), sight).map(ours -> shown(found, ours)));
    }

    private Shown shown(SqlKept.Row row, Version ours) {
        Version base = base(row.kept());
        ObjectNode theirs = Bodies.tree(row.theirs());
        ObjectNode before = Bodies.tree(base.json());
        if (ours.isDeleted()) {
            var gone = new Conflict(base.key().type(), before, MissingNode.getInstance(), theirs);
            return new Shown(
                    row.kept(), ours.version(), before, Optional.empty(), theirs, Optional.empty(), List.of(gone));
        }
        Merge.Result result = merge(base, ours, row.theirs(), Merge.Side.OURS);
        return new Shown(
                row.kept(),
                ours.version(),
                before,
                Optional.of(Bodies.tree(ours.json())),
                theirs,
                Optional.of(result.merged()),
                result.conflicts());
    }

    private Version base(Kept kept) {
        return chart.read(kept.key(), kept.baseVersion(), Sight.EVERYTHING).orElseThrow();
    }

    @Override
    public Settled decide(long number, Decision decision, long version, Author author) {
        return chart.write(author, desk -> {
            try {
                return decide(desk, number, decision, version, author);
            } catch (SQLException e) {
                throw new EditException("a decision could not be kept (SQL state " + e.getSQLState() + ")", e);
            }
        });
    }

    private Settled decide(Desk desk, long number, Decision decision, long version, Author author) throws SQLException {
        Optional<SqlKept.Row> row = SqlKept.find(connection(desk), number, " for update");
        Optional<Version> ours = row.flatMap(found -> desk.read(found.kept().key()));
        if (row.isEmpty() || ours.isEmpty()) {
            return new Settled.Missing();
        }
        Kept kept = row.get().kept();
        if (kept.decided().isPresent()) {
            return new Settled.Already(kept.decided().get());
        }
        if (ours.get().version() != version) {
            return new Settled.Stale(ours.get().version());
        }
        Optional<Resource> wanted = wanted(row.get(), ours.get(), decision);
        Optional<Answer.Refused> wrong = wanted.flatMap(check);
        if (wrong.isPresent()) {
            return new Settled.Refused(wrong.get().element(), wrong.get().rule());
        }
        Version result = ours.get();
        if (wanted.isPresent()) {
            Outcome outcome = desk.apply(new Change.Update(wanted.get(), OptionalLong.of(version)));
            if (outcome instanceof Outcome.Stale stale) {
                return new Settled.Stale(stale.newest());
            }
            result = result(outcome);
            if (!(outcome instanceof Outcome.Unchanged)) {
                Optional<String> decider = Optional.of(author.agent());
                desk.apply(new Change.Create(Origins.of(result, base(kept), ours.get(), kept.author(), decider)));
            }
        }
        var decided = new Decided(word(decision), author.agent(), clock.instant(), result.version());
        SqlKept.decide(connection(desk), number, decided);
        return new Settled.Done(result);
    }

    private static Version result(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Created created -> created.version();
            case Outcome.Updated updated -> updated.version();
            case Outcome.Unchanged unchanged -> unchanged.version();
            case Outcome.Deleted deleted -> deleted.version();
            case Outcome.Missing missing -> throw new IllegalStateException("an update misses nothing");
            case Outcome.Stale stale -> throw new IllegalStateException("a stale update was answered before");
        };
    }

    /** Empty where it stays as it is. */
    private Optional<Resource> wanted(SqlKept.Row row, Version ours, Decision decision) {
        return switch (decision) {
            case Decision.Merged merged ->
                Optional.of(named(merged.resource(), row.kept().key()));
            case Decision.Ours same -> ours.isDeleted() ? Optional.empty() : merged(row, ours, Merge.Side.OURS);
            case Decision.Theirs other ->
                ours.isDeleted()
                        ? Optional.of(Bodies.resource(Bodies.tree(row.theirs())))
                        : merged(row, ours, Merge.Side.THEIRS);
        };
    }

    private Optional<Resource> merged(SqlKept.Row row, Version ours, Merge.Side side) {
        return Optional.of(Bodies.resource(
                merge(base(row.kept()), ours, row.theirs(), side).merged()));
    }

    private static Resource named(Resource resource, Key key) {
        return Bodies.resource(Bodies.tree(Bodies.text(resource, key)));
    }

    private static String word(Decision decision) {
        return switch (decision) {
            case Decision.Ours same -> "ours";
            case Decision.Theirs other -> "theirs";
            case Decision.Merged merged -> "merged";
        };
    }
}
