@NullMarked
package org.fieldward.core.webhook.arrival;

import org.jspecify.annotations.NullMarked;
