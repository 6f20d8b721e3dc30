/** Keeps records on disk, in order and encrypted, until the core confirmed them. */
@NullMarked
package org.fieldward.edge.buffer;

import org.jspecify.annotations.NullMarked;
