@NullMarked
package org.fieldward.edge.decode.sparkplug;

import org.jspecify.annotations.NullMarked;
