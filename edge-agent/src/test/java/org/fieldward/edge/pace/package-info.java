@NullMarked
package org.fieldward.edge.pace;

import org.jspecify.annotations.NullMarked;
