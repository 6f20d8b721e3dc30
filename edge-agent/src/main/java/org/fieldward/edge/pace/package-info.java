/** When the link to the core may be used and how much of it: transfer window, cap, congestion. Pure: times are given to it. */
@NullMarked
package org.fieldward.edge.pace;

import org.jspecify.annotations.NullMarked;
