/** JSON of any shape, explained by files of the operator. */
@NullMarked
package org.fieldward.edge.decode.mapping;

import org.jspecify.annotations.NullMarked;
