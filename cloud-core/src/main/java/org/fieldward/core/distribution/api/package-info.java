/** What the console and operators ask for in plain JSON: the registry, the ward, the export, the state of things. */
@NullMarked
package org.fieldward.core.distribution.api;

import org.jspecify.annotations.NullMarked;
