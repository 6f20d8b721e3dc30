@NullMarked
package org.fieldward.core.archive;

import org.jspecify.annotations.NullMarked;
