/** Hundreds of gateways against one core, by their deciders alone. */
@NullMarked
package org.fieldward.installer.crowd;

import org.jspecify.annotations.NullMarked;
