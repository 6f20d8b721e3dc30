@NullMarked
package org.fieldward.edge.clinic.record;

import org.jspecify.annotations.NullMarked;
