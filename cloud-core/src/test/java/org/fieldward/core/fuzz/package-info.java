/** Fuzz targets: each takes any bytes and throws only when a promise is broken. */
@NullMarked
package org.fieldward.core.fuzz;

import org.jspecify.annotations.NullMarked;
