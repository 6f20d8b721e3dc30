/** How resources are found in PostgreSQL: what is kept of each to find it by, and searches as statements. */
@NullMarked
package org.fieldward.core.chart.index;

import org.jspecify.annotations.NullMarked;
