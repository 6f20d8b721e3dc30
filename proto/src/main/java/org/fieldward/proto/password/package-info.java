/** Passwords as gateways and the core keep them. */
@NullMarked
package org.fieldward.proto.password;

import org.jspecify.annotations.NullMarked;
