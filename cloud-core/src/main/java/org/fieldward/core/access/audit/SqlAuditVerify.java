package org.fieldward.core.access.audit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.sql.DataSource;
import org.fieldward.core.access.AccessException;
import org.fieldward.proto.reading.Micros;

/** Goes over the whole chain and names every row that is not what was appended. */
public final class SqlAuditVerify {

    private static final int PAGE = 1_000;
    private static final int MAX_FINDINGS = 100;

    /**
     * What was found.
     *
     * @param head number and hash of the newest row, to be kept elsewhere: whoever can write the whole database can make a
     *     new chain, but not one that ends in a head that was noted before
     */
    public record Report(long rows, String head, List<String> findings) {
        public Report {
            findings = List.copyOf(findings);
        }
    }

    private final List<String> findings = new ArrayList<>();
    private long rows;
    private long number;
    private byte[] hash = Link.FIRST;

    private SqlAuditVerify() {}

    /** @param noted heads that were noted before, as {@link Report#head} gave them */
    public static Report run(DataSource database, Set<String> noted) {
        var verify = new SqlAuditVerify();
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            return verify.over(connection, noted);
        } catch (SQLException e) {
            throw new AccessException("the audit could not be read (SQL state " + e.getSQLState() + ")");
        }
    }

    private Report over(Connection connection, Set<String> noted) throws SQLException {
        long last;
        byte[] lastHash;
        try (PreparedStatement select =
                        connection.prepareStatement("select number, hash, purged_number, purged_hash from audit_head");
                ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                return new Report(0, "", List.of("the audit's head is missing"));
            }
            last = row.getLong(1);
            lastHash = row.getBytes(2);
            number = row.getLong(3);
            hash = row.getBytes(4);
        }
        var missing = new ArrayList<>(noted);
        missing.remove(head());
        try (PreparedStatement select = connection.prepareStatement(
                "select number, at_us, agent, patients, entry, hash from audit_event order by number")) {
            select.setFetchSize(PAGE);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    look(row);
                    missing.remove(head());
                }
            }
        }
        if (number < last) {
            add("rows " + (number + 1) + " to " + last + " were removed at the end");
        } else if (number > last || !Arrays.equals(hash, lastHash)) {
            add("the audit's head is not its newest row, " + number);
        }
        missing.forEach(head -> add("no row is the head that was noted as " + head));
        return new Report(rows, head(), findings);
    }

    private void look(ResultSet row) throws SQLException {
        rows++;
        long found = row.getLong(1);
        String entry = row.getString(5);
        byte[] kept = row.getBytes(6);
        if (found != number + 1) {
            add(
                    found == number + 2
                            ? "row " + (number + 1) + " was removed"
                            : "rows " + (number + 1) + " to " + (found - 1) + " were removed");
        } else if (!Arrays.equals(kept, Link.hash(found, entry, hash))) {
            add("row " + found + " was changed, or another was put in its place");
        }
        if (!agrees(row, entry)) {
            add("row " + found + ": what it is searched by is not what it says");
        }
        number = found;
        hash = kept;
    }

    private static boolean agrees(ResultSet row, String text) throws SQLException {
        try {
            Entry entry = EntryJson.read(text);
            return row.getLong(2) == Micros.of(entry.at())
                    && row.getString(3).equals(entry.agent())
                    && List.of((String[]) row.getArray(4).getArray()).equals(entry.patients());
        } catch (AccessException e) {
            return false;
        }
    }

    private String head() {
        return number + ":" + HexFormat.of().formatHex(hash);
    }

    private void add(String finding) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(finding);
        }
    }
}
