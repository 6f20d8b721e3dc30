/** Copies readings into files for analysis elsewhere, with a manifest by which anybody can check that they are whole. */
@NullMarked
package org.fieldward.core.archive;

import org.jspecify.annotations.NullMarked;
