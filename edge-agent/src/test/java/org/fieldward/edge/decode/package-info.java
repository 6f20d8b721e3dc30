@NullMarked
package org.fieldward.edge.decode;

import org.jspecify.annotations.NullMarked;
