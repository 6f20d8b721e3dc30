/** Measures how long a gateway takes from its start to the first publish it accepts, and what it holds when idle. */
@NullMarked
package org.fieldward.installer.start;

import org.jspecify.annotations.NullMarked;
