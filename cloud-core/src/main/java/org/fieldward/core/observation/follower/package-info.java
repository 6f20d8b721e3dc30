/** Takes the journal on its way into the store: one transaction for what a step decided, and for the cursor. */
@NullMarked
package org.fieldward.core.observation.follower;

import org.jspecify.annotations.NullMarked;
