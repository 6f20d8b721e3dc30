/** What resources are found by, without a database. */
@NullMarked
package org.fieldward.core.chart.search;

import org.jspecify.annotations.NullMarked;
