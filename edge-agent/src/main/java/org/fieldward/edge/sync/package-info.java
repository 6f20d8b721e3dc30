/** Moves the backlog up until it is confirmed; takes configuration, roster and commands down. */
@NullMarked
package org.fieldward.edge.sync;

import org.jspecify.annotations.NullMarked;
