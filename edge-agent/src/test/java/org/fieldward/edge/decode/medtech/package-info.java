@NullMarked
package org.fieldward.edge.decode.medtech;

import org.jspecify.annotations.NullMarked;
