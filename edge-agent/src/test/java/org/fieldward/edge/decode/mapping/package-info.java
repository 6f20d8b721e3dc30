@NullMarked
package org.fieldward.edge.decode.mapping;

import org.jspecify.annotations.NullMarked;
