/** Carries the backlog where there is no link: files for a stick that only the core can read, and its receipts. */
@NullMarked
package org.fieldward.edge.stick;

import org.jspecify.annotations.NullMarked;
