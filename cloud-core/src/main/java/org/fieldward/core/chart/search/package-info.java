/** What resources can be found by: parameters, the values that resources have for them, and searches as they are meant. Pure. */
@NullMarked
package org.fieldward.core.chart.search;

import org.jspecify.annotations.NullMarked;
