/** Clinical events: admissions, laboratory results, imaging and orders are checked, enriched, stored and proved. */
@NullMarked
package org.fieldward.core.clinical;

import org.jspecify.annotations.NullMarked;
