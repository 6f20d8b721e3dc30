/** The two languages in which mapping files say where something stands in a payload. */
@NullMarked
package org.fieldward.edge.decode.medtech.expression;

import org.jspecify.annotations.NullMarked;
