/** One line of text per fact: evidence as it is kept, stored readings as the core shows them. */
@NullMarked
package org.fieldward.simulator.line;

import org.jspecify.annotations.NullMarked;
