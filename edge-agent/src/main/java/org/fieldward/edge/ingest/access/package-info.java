/** Who is at the door, and what they may do. */
@NullMarked
package org.fieldward.edge.ingest.access;

import org.jspecify.annotations.NullMarked;
