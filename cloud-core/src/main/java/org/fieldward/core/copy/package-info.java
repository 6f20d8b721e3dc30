/** Copies of the chart in other stores: kept in step, compared, and mended where they drifted. */
@NullMarked
package org.fieldward.core.copy;

import org.jspecify.annotations.NullMarked;
