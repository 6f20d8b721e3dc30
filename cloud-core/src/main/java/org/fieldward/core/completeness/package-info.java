/** How much of what was measured is here, per bed and day: counted from evidence, and signed on demand. */
@NullMarked
package org.fieldward.core.completeness;

import org.jspecify.annotations.NullMarked;
