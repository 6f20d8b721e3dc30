@NullMarked
package org.fieldward.core.webhook.hl7;

import org.jspecify.annotations.NullMarked;
