/** Accepted readings and blocks of waveforms as they are found, gone over and followed. */
@NullMarked
package org.fieldward.core.observation.search;

import org.jspecify.annotations.NullMarked;
