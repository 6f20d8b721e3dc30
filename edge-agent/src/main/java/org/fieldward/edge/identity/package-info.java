/** The gateway's keys and certificates: made here, signed by the core, renewed in time. */
@NullMarked
package org.fieldward.edge.identity;

import org.jspecify.annotations.NullMarked;
