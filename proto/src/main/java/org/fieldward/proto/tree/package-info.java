/** The RFC 9162 hash tree (SHA-256): roots, inclusion and consistency proofs. JDK only. */
@NullMarked
package org.fieldward.proto.tree;

import org.jspecify.annotations.NullMarked;
