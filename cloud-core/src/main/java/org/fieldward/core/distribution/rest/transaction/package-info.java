/** Bundles of requests: transactions, which are done as a whole or not at all, and batches. */
@NullMarked
package org.fieldward.core.distribution.rest.transaction;

import org.jspecify.annotations.NullMarked;
