/** Measures the whole on one machine: real gateway, core and PostgreSQL under the simulator's load. */
@NullMarked
package org.fieldward.installer.load;

import org.jspecify.annotations.NullMarked;
