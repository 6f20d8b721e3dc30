/** What can be checked without a core: proofs, signed statements, mappings. */
@NullMarked
package org.fieldward.core.app.check;

import org.jspecify.annotations.NullMarked;
