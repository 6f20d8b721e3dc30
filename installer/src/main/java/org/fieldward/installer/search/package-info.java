/** Measures what it costs to look something up among many stored values, and how fast a core catches up with them. */
@NullMarked
package org.fieldward.installer.search;

import org.jspecify.annotations.NullMarked;
