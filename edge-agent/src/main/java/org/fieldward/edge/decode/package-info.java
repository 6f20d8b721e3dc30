/** Makes readings of a payload, or a rejection that says why not. */
@NullMarked
package org.fieldward.edge.decode;

import org.jspecify.annotations.NullMarked;
