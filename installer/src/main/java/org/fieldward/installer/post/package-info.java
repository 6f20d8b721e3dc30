/** Measures the door of hospital systems: many sources that sign what they send. */
@NullMarked
package org.fieldward.installer.post;

import org.jspecify.annotations.NullMarked;
