/** Simulated gateways: they are enrolled by a core, keep a session each and send it real batches, with no device behind them. */
@NullMarked
package org.fieldward.simulator.uplink;

import org.jspecify.annotations.NullMarked;
