@NullMarked
package org.fieldward.core.copy;

import org.jspecify.annotations.NullMarked;
