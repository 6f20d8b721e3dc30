@NullMarked
package org.fieldward.core.webhook.mllp;

import org.jspecify.annotations.NullMarked;
