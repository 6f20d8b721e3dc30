/** The core put together, in the order in which a reading meets its parts; and what of it a command needs. */
@NullMarked
package org.fieldward.core.app.assembly;

import org.jspecify.annotations.NullMarked;
