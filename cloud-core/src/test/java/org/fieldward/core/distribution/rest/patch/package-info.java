/** Patches. */
@NullMarked
package org.fieldward.core.distribution.rest.patch;

import org.jspecify.annotations.NullMarked;
