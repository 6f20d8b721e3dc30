/** What travels from gateway to core: many records of one lane, column by column, compressed. */
@NullMarked
package org.fieldward.proto.batch;

import org.jspecify.annotations.NullMarked;
