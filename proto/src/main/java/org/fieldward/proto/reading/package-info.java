/** What was measured, by which device, when: the words that gateway and core share. Records and nothing else. */
@NullMarked
package org.fieldward.proto.reading;

import org.jspecify.annotations.NullMarked;
