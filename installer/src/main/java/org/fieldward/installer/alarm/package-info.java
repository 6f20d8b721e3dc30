/** How long an alarm takes to a screen in the ward. */
@NullMarked
package org.fieldward.installer.alarm;

import org.jspecify.annotations.NullMarked;
