package org.fieldward.core.webhook.arrival;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.fieldward.core.access.audit.Audit;
import org.fieldward.core.access.audit.Entry;
import org.fieldward.core.access.audit.SqlAudit;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.store.SqlDesk;

/**
 * Entries of the audit about messages that share a transaction: they are written in it, in one statement, so that a message
 * waits for the disk once. Not thread-safe.
 */
public final class SqlNotes implements SqlDesk.Ending {

    private final List<Entry> entries = new ArrayList<>();

    private SqlNotes() {}

    /**
     * Takes the entry into the desk's transaction.
     *
     * @return false: it is not taken, since the transaction is one message's own or the audit is kept elsewhere
     */
    public static boolean take(Desk desk, Audit audit, Entry entry) {
        Optional<SqlDesk.Company> company =
                desk instanceof SqlDesk shared && audit instanceof SqlAudit ? shared.company() : Optional.empty();
        company.ifPresent(
                works -> works.ending(SqlNotes.class, SqlNotes::new).entries.add(entry));
        return company.isPresent();
    }

    @Override
    public boolean write(Connection connection) throws SQLException {
        SqlAudit.append(connection, entries);
        return true;
    }
}
