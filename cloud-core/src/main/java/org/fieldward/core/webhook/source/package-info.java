/** Who may send: sources, how they show who they are, and how fast they may. */
@NullMarked
package org.fieldward.core.webhook.source;

import org.jspecify.annotations.NullMarked;
