/** How the agent's log looks: one line an event on standard error, for whoever keeps the logs of services. */
@NullMarked
package org.fieldward.edge.log;

import org.jspecify.annotations.NullMarked;
