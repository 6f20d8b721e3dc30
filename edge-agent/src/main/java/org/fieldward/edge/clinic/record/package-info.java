/** What the ward records about patients: a first look at it, and where it is now. */
@NullMarked
package org.fieldward.edge.clinic.record;

import org.jspecify.annotations.NullMarked;
