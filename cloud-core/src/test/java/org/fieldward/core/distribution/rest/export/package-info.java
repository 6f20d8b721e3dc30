/** Exports, and a memory for them that a restart empties. */
@NullMarked
package org.fieldward.core.distribution.rest.export;

import org.jspecify.annotations.NullMarked;
