/** What the database keeps as a whole or not at all. */
@NullMarked
package org.fieldward.core.transaction;

import org.jspecify.annotations.NullMarked;
