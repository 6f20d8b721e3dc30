/** How each gateway is doing, by what it said last. */
@NullMarked
package org.fieldward.core.intake.state;

import org.jspecify.annotations.NullMarked;
