/** A map that can be changed without changing who holds it. */
@NullMarked
package org.fieldward.core.registry.trie;

import org.jspecify.annotations.NullMarked;
