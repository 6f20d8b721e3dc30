/** Keeps what the centre says, on disk and through months without a link: settings on trial, and who lies where. */
@NullMarked
package org.fieldward.edge.centre;

import org.jspecify.annotations.NullMarked;
