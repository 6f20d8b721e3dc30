/** Encrypts what this gateway writes to disk, with one key file for all of it. */
@NullMarked
package org.fieldward.edge.seal;

import org.jspecify.annotations.NullMarked;
