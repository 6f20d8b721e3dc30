/** Stores elsewhere that hold one document for each resource, and what a document is. */
@NullMarked
package org.fieldward.core.copy.document;

import org.jspecify.annotations.NullMarked;
