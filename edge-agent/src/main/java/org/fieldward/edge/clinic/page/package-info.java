/** The page a nurse opens on the ward's own network. */
@NullMarked
package org.fieldward.edge.clinic.page;

import org.jspecify.annotations.NullMarked;
