/** What happens, as it happens, to whoever listens; read from the durable logs, so that anybody can come back to any core. */
@NullMarked
package org.fieldward.core.distribution.live;

import org.jspecify.annotations.NullMarked;
