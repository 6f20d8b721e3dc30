/** WebSockets from the other side. */
@NullMarked
package org.fieldward.core.distribution.socket;

import org.jspecify.annotations.NullMarked;
