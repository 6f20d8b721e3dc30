package org.fieldward.core.chart.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.ChartException;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Found;
import org.fieldward.core.chart.HistoryQuery;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.fieldward.core.chart.index.SqlIncludes;
import org.fieldward.core.chart.index.SqlSearch;
import org.fieldward.core.chart.search.Asked;
import org.fieldward.core.chart.search.Query;
import org.fieldward.core.transaction.SqlWork;

/** The chart in PostgreSQL. Cores that share the database may write at the same time. Thread-safe. */
public final class SqlChart implements Chart {

    private static final int MAX_ATTEMPTS = 10;
    /** Serialization failure and deadlock (https://www.postgresql.org/docs/16/errcodes-appendix.html). */
    private static final Set<String> AGAIN = Set.of("40001", "40P01");
    /** After these, and where a lock was waited for too long, what was tried in a group is tried alone. */
    private static final Set<String> ALONE = Set.of("40001", "40P01", "55P03");

    /** On two processors a second group at the same time only makes both smaller: the database needs one of them. */
    private static final int PLACES = Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 4);

    private static final String NOT_DURABLE = "chart wrote, but not durably";

    private final DataSource database;
    private final InstantSource clock;
    private final Ids ids;
    private final List<SqlWitness> witnesses;
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final SqlDurability durability;

    /**
     * Messages of one facility are about the same patients, so they take turns. Those of others go beside them, and seldom
     * wait for each other.
     */
    private final List<Gathering<Wish<?>>> gatherings =
            Stream.<Gathering<Wish<?>>>generate(Gathering::new).limit(PLACES).toList();

    /** Versions up to here would survive a power cut. */
    private final AtomicLong durable = new AtomicLong();

    /** @param random ids of new resources come from it, so it must not be guessable */
    public SqlChart(DataSource database, InstantSource clock, RandomGenerator random, List<SqlWitness> witnesses) {
        this.database = database;
        this.clock = clock;
        this.ids = new Ids(clock, random);
        this.durability = new SqlDurability(database);
        this.witnesses = List.copyOf(witnesses);
    }

    private interface Reading<T> {
        T in(Connection connection) throws SQLException;
    }

    private <T> T read(String what, Reading<T> reading) {
        try (Connection connection = database.getConnection()) {
            return reading.in(connection);
        } catch (SQLException e) {
            throw new ChartException("chart could not read " + what, e);
        }
    }

    @Override
    public Optional<Version> read(Key key, Sight sight) {
        return read("a resource", connection -> SqlVersions.newest(connection, key, sight));
    }

    @Override
    public Optional<Version> read(Key key, long version, Sight sight) {
        return read("a version", connection -> SqlVersions.one(connection, key, version, sight));
    }

    @Override
    public Found search(String type, Map<String, List<String>> parameters, Optional<String> place, Sight sight) {
        Query query = Asked.read(type, parameters, clock.instant());
        return read("what a search found", connection -> {
            var search = new SqlSearch(query, sight);
            SqlSearch.Page page = search.page(connection, place);
            Set<Long> included = SqlIncludes.of(connection, query.includes(), page.resources(), sight);
            return new Found(
                    SqlVersions.newest(connection, page.resources(), sight, Map.of()),
                    SqlVersions.newest(connection, included, sight, Map.of()),
                    search.total(connection),
                    page.next());
        });
    }

    @Override
    public List<Version> history(HistoryQuery query, Sight sight) {
        return read("a history", connection -> SqlVersions.history(connection, query, sight));
    }

    @Override
    public <T> T write(Author author, Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try {
                T result = attempt(author, work);
                listeners.forEach(Runnable::run);
                return result;
            } catch (ChartException e) {
                if (attempt == MAX_ATTEMPTS || !is(e, AGAIN)) {
                    throw e;
                }
            }
        }
    }

    private <T> T attempt(Author author, Work<T> work) {
        var only = new Wish<T>(author, List.of(), work);
        commit(List.of(only), false);
        awaitDurability(NOT_DURABLE);
        return only.result();
    }

    /** Somebody's work and what came of it. */
    private static final class Wish<T> {
        private final Author author;
        private final List<Condition> asked;
        private final Work<T> work;
        private final List<T> results = new ArrayList<>(1);

        Wish(Author author, List<Condition> asked, Work<T> work) {
            this.author = author;
            this.asked = asked;
            this.work = work;
        }

        void work(SqlTransaction transaction) {
            results.clear();
            results.add(work.in(transaction));
        }

        T result() {
            return results.getFirst();
        }
    }

    /** Does all in one transaction, one after the other. */
    private void commit(List<? extends Wish<?>> wishes, boolean shared) {
        try {
            var unused = SqlWork.inTransaction(database, connection -> {
                var pending = new SqlPending(wishes.size(), shared);
                if (shared) {
                    pending.prepare(connection, asked(wishes));
                }
                for (Wish<?> wish : wishes) {
                    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
                    wish.work(new SqlTransaction(connection, wish.author, now, ids::next, witnesses, pending));
                }
                pending.finish(connection);
                return wishes.size();
            });
        } catch (SQLException e) {
            throw new ChartException("chart could not write", e);
        }
    }

    private static List<Condition> asked(List<? extends Wish<?>> wishes) {
        var asked = new ArrayList<Condition>();
        for (Wish<?> wish : wishes) {
            asked.addAll(wish.asked);
        }
        return asked;
    }

    private void awaitDurability(String otherwise) {
        try {
            durability.await();
        } catch (SQLException e) {
            throw new ChartException(otherwise, e);
        }
    }

    /** Among whose messages an author's go: from 0 on. */
    static int place(Author author) {
        return Math.floorMod(author.facilities().hashCode(), PLACES);
    }

    @Override
    public <T> T gather(Author author, List<Condition> asked, Work<T> work) {
        var mine = new Wish<T>(author, asked, work);
        Gathering<Wish<?>> gathering = gatherings.get(place(author));
        return switch (gathering.ask(mine)) {
            case Gathering.Turn.Lead<Wish<?>> lead -> lead(mine, lead.group(), gathering);
            case Gathering.Turn.Next<Wish<?>> next -> throw new IllegalStateException("whoever is next leads");
            case Gathering.Turn.Done<Wish<?>> done -> mine.result();
            case Gathering.Turn.Alone<Wish<?>> alone -> write(author, work);
        };
    }

    private <T> T lead(Wish<T> mine, List<Gathering.Place<Wish<?>>> group, Gathering<Wish<?>> gathering) {
        try {
            try {
                commit(group.stream().map(Gathering.Place::work).toList(), true);
            } finally {
                gathering.left();
            }
        } catch (RuntimeException | Error e) {
            if (isUnclear(e)) {
                Gathering.tell(group, turn -> turn.completeExceptionally(e));
                throw e;
            }
            Gathering.tell(group, turn -> turn.complete(new Gathering.Turn.Alone<>()));
            if (group.size() == 1 && !is(e, ALONE)) {
                throw e;
            }
            return write(mine.author, mine.work);
        }
        try {
            awaitDurability(NOT_DURABLE);
        } catch (RuntimeException | Error e) {
            Gathering.tell(group, turn -> turn.completeExceptionally(e));
            throw e;
        }
        listeners.forEach(Runnable::run);
        Gathering.tell(group, turn -> turn.complete(new Gathering.Turn.Done<>()));
        return mine.result();
    }

    /** Whether the connection was lost, perhaps after the commit. */
    private static boolean isUnclear(Throwable failure) {
        return failure.getCause() instanceof SQLException cause
                && String.valueOf(cause.getSQLState()).startsWith("08");
    }

    private static boolean is(Throwable failure, Set<String> states) {
        return failure instanceof ChartException
                && failure.getCause() instanceof SQLException cause
                && states.contains(String.valueOf(cause.getSQLState()));
    }

    @Override
    public List<Version> after(long number, int limit) {
        List<Version> versions = read("on", connection -> SqlVersions.after(connection, number, limit));
        if (!versions.isEmpty() && versions.getLast().number() > durable.get()) {
            awaitDurability("chart could not make sure of what it read");
            durable.accumulateAndGet(versions.getLast().number(), Math::max);
        }
        return versions;
    }

    @Override
    public void onChange(Runnable listener) {
        listeners.add(listener);
    }
}
