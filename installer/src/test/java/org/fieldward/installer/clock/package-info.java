/** Gateway and core together on devices whose clocks are wrong, from a seed. */
@NullMarked
package org.fieldward.installer.clock;

import org.jspecify.annotations.NullMarked;
