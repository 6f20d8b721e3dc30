/** Text that only a core with the same key can read, and nobody can change. */
@NullMarked
package org.fieldward.core.distribution.seal;

import org.jspecify.annotations.NullMarked;
