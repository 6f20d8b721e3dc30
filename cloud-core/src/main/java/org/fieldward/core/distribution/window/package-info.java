/** Many readings as few Observations: windows of time, and statistics. Computed when they are asked for, never kept. */
@NullMarked
package org.fieldward.core.distribution.window;

import org.jspecify.annotations.NullMarked;
