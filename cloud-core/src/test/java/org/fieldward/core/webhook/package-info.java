@NullMarked
package org.fieldward.core.webhook;

import org.jspecify.annotations.NullMarked;
