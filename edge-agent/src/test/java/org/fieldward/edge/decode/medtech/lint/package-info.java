@NullMarked
package org.fieldward.edge.decode.medtech.lint;

import org.jspecify.annotations.NullMarked;
