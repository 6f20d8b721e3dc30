/** Puts what a message said into the chart: finds whom it is about, changes what is there, adds what is not. */
@NullMarked
package org.fieldward.core.webhook.filing;

import org.jspecify.annotations.NullMarked;
