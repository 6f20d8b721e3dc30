/** Readings and alarms as they are accepted, to whoever listens. */
@NullMarked
package org.fieldward.core.distribution.live;

import org.jspecify.annotations.NullMarked;
