/** Watches what was stored and raises alarms, also with no link at all. */
@NullMarked
package org.fieldward.edge.alarm;

import org.jspecify.annotations.NullMarked;
