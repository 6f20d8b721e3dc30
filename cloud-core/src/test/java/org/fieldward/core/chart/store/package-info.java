/** What the chart promises, on a real PostgreSQL. */
@NullMarked
package org.fieldward.core.chart.store;

import org.jspecify.annotations.NullMarked;
