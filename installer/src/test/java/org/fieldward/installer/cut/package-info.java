/** Cuts the power under a running gateway, again and again, and looks for what it had acknowledged. */
@NullMarked
package org.fieldward.installer.cut;

import org.jspecify.annotations.NullMarked;
