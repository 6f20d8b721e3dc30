/** What the ward sees of its devices: last values, how each device is doing, and who needs somebody first. */
@NullMarked
package org.fieldward.edge.clinic;

import org.jspecify.annotations.NullMarked;
