/** What people ask about messages that came, and trying those again. */
@NullMarked
package org.fieldward.core.webhook.desk;

import org.jspecify.annotations.NullMarked;
