/** Who comes in over HTTP: who they are, whether they may, and the trail that they leave. */
@NullMarked
package org.fieldward.core.distribution.entry;

import org.jspecify.annotations.NullMarked;
