/** The gateways' door: confirms only what the journal committed. */
@NullMarked
package org.fieldward.core.intake;

import org.jspecify.annotations.NullMarked;
