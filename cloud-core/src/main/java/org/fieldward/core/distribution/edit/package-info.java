/** Edits made elsewhere, and what a person says where they conflict, over HTTP. */
@NullMarked
package org.fieldward.core.distribution.edit;

import org.jspecify.annotations.NullMarked;
