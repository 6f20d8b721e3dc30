package org.fieldward.edge.schema;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * The versions of one SQLite file. {@code PRAGMA user_version} is the oldest agent's version that may still open it, which
 * every agent since the first compares with its own; the file's own version stands in {@code schema_version} where it is
 * newer than that. A step that only adds what older agents do not look at leaves them in.
 */
public final class Schema {

    private final String name;
    private final List<Step> steps;

    /**
     * From one version to the next; one that was released never changes.
     *
     * @param additive whether agents of the version before may go on to read and write the file
     */
    public record Step(boolean additive, List<String> sql) {
        public Step {
            sql = List.copyOf(sql);
        }

        public static Step additive(String... sql) {
            return new Step(true, List.of(sql));
        }

        /** Older agents would lose or misread something: they are kept out. */
        public static Step breaking(String... sql) {
            return new Step(false, List.of(sql));
        }
    }

    /**
     * @param version of the file
     * @param oldestReader version of the oldest agent that may open it
     */
    public record Standing(int version, int oldestReader) {}

    /** Puts in what a script cannot know by itself, as a number that this very file has. */
    public interface Words {
        String in(String sql) throws SQLException;
    }

    /** @param name what operators call the file */
    public Schema(String name, List<Step> steps) {
        this.name = name;
        this.steps = List.copyOf(steps);
    }

    /** The version that this agent makes. */
    public int newest() {
        return steps.size();
    }

    public static Standing standing(Connection connection) throws SQLException {
        int oldestReader = number(connection, "PRAGMA user_version");
        boolean told = number(connection, "SELECT count(*) FROM sqlite_master WHERE name = 'schema_version'") > 0;
        return new Standing(
                told ? number(connection, "SELECT version FROM schema_version") : oldestReader, oldestReader);
    }

    /** @throws SchemaException if only newer agents may open it; to be called before anything else looks at the file */
    public Standing requireReadable(Connection connection) throws SQLException {
        Standing standing = standing(connection);
        if (standing.oldestReader() > newest()) {
            throw new SchemaException(name + " is of version " + standing.version() + ", which agents from version "
                    + standing.oldestReader() + " on can read; this agent knows versions up to " + newest()
                    + ": run the newer agent. Nothing was changed");
        }
        return standing;
    }

    /**
     * Brings it to the newest version, or leaves one that is newer as it is. The commit is the caller's.
     *
     * @return the version it had; 0 for a file that was just made
     */
    public int upgrade(Connection connection) throws SQLException {
        return upgrade(connection, sql -> sql);
    }

    /** @param words is given each statement right before it is executed */
    public int upgrade(Connection connection, Words words) throws SQLException {
        Standing before = requireReadable(connection);
        if (before.version() >= newest()) {
            // Nothing to write, so a full disk does not keep the agent from starting.
            return before.version();
        }
        int oldestReader = before.oldestReader();
        try (Statement statement = connection.createStatement()) {
            for (int next = before.version(); next < newest(); next++) {
                Step step = steps.get(next);
                for (String sql : step.sql()) {
                    statement.execute(words.in(sql));
                }
                oldestReader = step.additive() && oldestReader > 0 ? oldestReader : next + 1;
            }
            statement.execute("PRAGMA user_version = " + oldestReader);
            statement.execute("CREATE TABLE IF NOT EXISTS schema_version"
                    + " (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL)");
            statement.execute("INSERT OR REPLACE INTO schema_version VALUES (1, " + newest() + ")");
        }
        return before.version();
    }

    private static int number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }
}
