/** What this gateway remembers of documents: where each is, also after the core has it. */
@NullMarked
package org.fieldward.edge.buffer.document;

import org.jspecify.annotations.NullMarked;
