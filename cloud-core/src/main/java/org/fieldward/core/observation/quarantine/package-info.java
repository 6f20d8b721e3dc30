/** What arrived and could not be accepted, with the reason; nothing in it is lost. */
@NullMarked
package org.fieldward.core.observation.quarantine;

import org.jspecify.annotations.NullMarked;
