package org.fieldward.core.chart.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Version;

/** Does something of its own in the transaction of every change. Thread-safe. */
public interface SqlWitness {

    /**
     * Called right after each change, with the transaction it is part of. An exception undoes the transaction and goes on to
     * whoever asked for it; it may be called again for the same change where the database makes the transaction start over.
     *
     * @param version its {@code number} is not given yet
     */
    void wrote(Connection connection, Author author, Version version) throws SQLException;
}
