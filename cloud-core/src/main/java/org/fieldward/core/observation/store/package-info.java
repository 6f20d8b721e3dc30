/** Accepted readings and blocks of waveforms as they are written: rows, runs of rows, and their history. */
@NullMarked
package org.fieldward.core.observation.store;

import org.jspecify.annotations.NullMarked;
