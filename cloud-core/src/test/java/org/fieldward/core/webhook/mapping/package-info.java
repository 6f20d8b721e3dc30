@NullMarked
package org.fieldward.core.webhook.mapping;

import org.jspecify.annotations.NullMarked;
