@NullMarked
package org.fieldward.core.copy.document;

import org.jspecify.annotations.NullMarked;
