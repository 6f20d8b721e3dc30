@NullMarked
package org.fieldward.edge.clinic;

import org.jspecify.annotations.NullMarked;
