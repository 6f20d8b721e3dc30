@NullMarked
package org.fieldward.edge.log;

import org.jspecify.annotations.NullMarked;
