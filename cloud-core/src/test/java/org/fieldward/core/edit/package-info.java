@NullMarked
package org.fieldward.core.edit;

import org.jspecify.annotations.NullMarked;
