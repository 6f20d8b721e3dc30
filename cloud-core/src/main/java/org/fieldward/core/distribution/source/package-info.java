/** Where events come from: the chart, accepted readings, alarms; and their content when it is told. */
@NullMarked
package org.fieldward.core.distribution.source;

import org.jspecify.annotations.NullMarked;
