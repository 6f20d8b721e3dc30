/** Simulated gateways at a real core, for what measures the core without devices. */
@NullMarked
package org.fieldward.installer.uplink;

import org.jspecify.annotations.NullMarked;
