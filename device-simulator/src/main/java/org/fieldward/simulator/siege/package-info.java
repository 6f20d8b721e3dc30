/** Bad clients around a gateway, and what they cost the good ones. */
@NullMarked
package org.fieldward.simulator.siege;

import org.jspecify.annotations.NullMarked;
