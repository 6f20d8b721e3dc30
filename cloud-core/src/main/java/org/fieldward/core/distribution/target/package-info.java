/** Webhooks that an administrator added: signed JSON, in order for each patient. */
@NullMarked
package org.fieldward.core.distribution.target;

import org.jspecify.annotations.NullMarked;
