/** What the core says it has, asked over HTTP. */
@NullMarked
package org.fieldward.simulator.core;

import org.jspecify.annotations.NullMarked;
