@NullMarked
package org.fieldward.core.webhook.translation;

import org.jspecify.annotations.NullMarked;
