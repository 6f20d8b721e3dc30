/** Checks and makes signed tokens (RFC 7519), by keys of the issuer's own list. */
@NullMarked
package org.fieldward.core.access.token;

import org.jspecify.annotations.NullMarked;
