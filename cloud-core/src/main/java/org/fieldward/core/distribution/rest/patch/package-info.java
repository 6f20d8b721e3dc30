/** What a PATCH does to a resource: JSON Patch on its text, FHIRPath Patch on its elements. Nothing is stored here. */
@NullMarked
package org.fieldward.core.distribution.rest.patch;

import org.jspecify.annotations.NullMarked;
