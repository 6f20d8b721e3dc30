/** Finds what is wrong with mapping files before a device meets them, and mends what has only one right answer. */
@NullMarked
package org.fieldward.edge.decode.medtech.lint;

import org.jspecify.annotations.NullMarked;
