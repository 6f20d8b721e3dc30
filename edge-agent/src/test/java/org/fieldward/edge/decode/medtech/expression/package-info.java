@NullMarked
package org.fieldward.edge.decode.medtech.expression;

import org.jspecify.annotations.NullMarked;
