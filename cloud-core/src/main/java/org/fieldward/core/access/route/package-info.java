/** What the HTTP door takes, and of whom. */
@NullMarked
package org.fieldward.core.access.route;

import org.jspecify.annotations.NullMarked;
