package org.fieldward.core.chart.store;

import java.sql.Connection;
import org.fieldward.core.chart.Desk;

/** A {@link Desk} for rooms that write rows of their own in the same transaction. Every Desk of {@link SqlChart} is one. */
public interface SqlDesk extends Desk {

    /** The transaction; it is the chart that ends it. */
    Connection connection();
}
