/** Speaks with an Ethereum chain: sends anchors, reads them back, and watches them become final or be undone. */
@NullMarked
package org.fieldward.core.anchor.chain;

import org.jspecify.annotations.NullMarked;
