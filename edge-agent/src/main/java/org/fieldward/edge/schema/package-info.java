/** Tells which version a file of this gateway has, who may open it, and brings it to the newest. */
@NullMarked
package org.fieldward.edge.schema;

import org.jspecify.annotations.NullMarked;
