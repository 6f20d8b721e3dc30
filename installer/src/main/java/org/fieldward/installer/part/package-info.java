/** The parts of Fieldward as processes: started, watched, killed. Used by the demo and by the tests of the whole. */
@NullMarked
package org.fieldward.installer.part;

import org.jspecify.annotations.NullMarked;
