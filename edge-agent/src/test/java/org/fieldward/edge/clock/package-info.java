@NullMarked
package org.fieldward.edge.clock;

import org.jspecify.annotations.NullMarked;
