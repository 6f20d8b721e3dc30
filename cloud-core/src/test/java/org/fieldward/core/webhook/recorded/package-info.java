@NullMarked
package org.fieldward.core.webhook.recorded;

import org.jspecify.annotations.NullMarked;
