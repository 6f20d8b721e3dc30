package org.fieldward.core.chart.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.function.Supplier;
import org.fieldward.core.chart.Desk;

/** A {@link Desk} for rooms that write rows of their own in the same transaction. Every Desk of {@link SqlChart} is one. */
public interface SqlDesk extends Desk {

    /** The transaction; it is the chart that ends it. */
    Connection connection();

    /** Several works that go in one transaction; empty where it is one work's own. */
    Optional<Company> company();

    /** What the works of one transaction have in common. */
    interface Company {

        /** How many works there are. */
        int size();

        /** The one of this kind that belongs to all of them; made for the first that asks. */
        <E extends Ending> E ending(Class<E> kind, Supplier<E> first);
    }

    /** Rows that are written together, for all works of a transaction. */
    interface Ending {

        /**
         * Called when all works are done.
         *
         * @return false: something that a work was told does not hold; nothing of the transaction stands then, and each work
         *     is done again in one of its own
         */
        boolean write(Connection connection) throws SQLException;
    }
}
