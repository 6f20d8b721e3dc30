@NullMarked
package org.fieldward.edge.stick;

import org.jspecify.annotations.NullMarked;
