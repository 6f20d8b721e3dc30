/** What a device says and when: the words the other packages share. Records only. */
@NullMarked
package org.fieldward.simulator.sample;

import org.jspecify.annotations.NullMarked;
