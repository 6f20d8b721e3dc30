@NullMarked
package org.fieldward.edge.mllp;

import org.jspecify.annotations.NullMarked;
