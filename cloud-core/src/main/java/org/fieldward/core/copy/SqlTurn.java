package org.fieldward.core.copy;

import java.sql.SQLException;
import java.util.OptionalLong;
import javax.sql.DataSource;
import org.fieldward.core.copy.document.CopyException;
import org.fieldward.core.journal.SqlCursor;
import org.fieldward.core.transaction.SqlWork;

/**
 * Whose turn it is to write to a copy: one core's at a time, for as long as its transaction holds. A core that lost its
 * connection may go on writing without knowing, which is why the stores compare versions too. Thread-safe.
 */
public final class SqlTurn {

    private final DataSource database;
    private final SqlCursor cursor;

    /** @param copy a name that never changes */
    public SqlTurn(DataSource database, String copy) {
        this.database = database;
        this.cursor = new SqlCursor("copy-" + copy);
    }

    /** What is done in a turn. */
    interface Work {
        /**
         * @param position the number up to which the copy has what the chart has
         * @return the number that it has reached, where that is another
         */
        OptionalLong from(long position);
    }

    /** Waits for its turn. What the work throws leaves the cursor where it was. */
    void take(Work work) {
        try {
            var unused = SqlWork.inTransaction(database, connection -> {
                OptionalLong reached = work.from(cursor.lock(connection));
                if (reached.isPresent()) {
                    cursor.move(connection, reached.getAsLong());
                }
                return reached;
            });
        } catch (SQLException e) {
            throw new CopyException("a copy's place could not be kept (SQL state " + e.getSQLState() + ")", e);
        }
    }
}
