/** Alarms that gateways raised, the life of each, and the states of devices. */
@NullMarked
package org.fieldward.core.observation.alarm;

import org.jspecify.annotations.NullMarked;
