/** Vital signs that were recorded from real patients, read from CSV. */
@NullMarked
package org.fieldward.simulator.recording;

import org.jspecify.annotations.NullMarked;
