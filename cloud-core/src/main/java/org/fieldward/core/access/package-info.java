/** Who is calling, what they may do and see, and what they saw. */
@NullMarked
package org.fieldward.core.access;

import org.jspecify.annotations.NullMarked;
