@NullMarked
package org.fieldward.core.webhook.source;

import org.jspecify.annotations.NullMarked;
