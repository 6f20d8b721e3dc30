/** Carries messages to addresses that others named, and only where such addresses may lead. */
@NullMarked
package org.fieldward.core.delivery;

import org.jspecify.annotations.NullMarked;
