@NullMarked
package org.fieldward.edge.centre;

import org.jspecify.annotations.NullMarked;
