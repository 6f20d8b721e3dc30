/** The central station's screens. */
@NullMarked
package org.fieldward.core.console;

import org.jspecify.annotations.NullMarked;
