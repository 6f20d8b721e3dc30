/** Besieges a real gateway on one machine with the simulator's bad clients. */
@NullMarked
package org.fieldward.installer.siege;

import org.jspecify.annotations.NullMarked;
