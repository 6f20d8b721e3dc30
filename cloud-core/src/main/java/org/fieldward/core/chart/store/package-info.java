/** The chart in PostgreSQL: transactions, sight and the one order of commit. */
@NullMarked
package org.fieldward.core.chart.store;

import org.jspecify.annotations.NullMarked;
