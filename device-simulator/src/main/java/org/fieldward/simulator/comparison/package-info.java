/** Sets evidence against the core and names every value that is missing, doubled or different. */
@NullMarked
package org.fieldward.simulator.comparison;

import org.jspecify.annotations.NullMarked;
