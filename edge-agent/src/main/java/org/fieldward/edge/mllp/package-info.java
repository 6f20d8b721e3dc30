/** Takes messages of HL7 version 2 from hospital systems over MLLP. Acknowledges one only after the buffer stored it. */
@NullMarked
package org.fieldward.edge.mllp;

import org.jspecify.annotations.NullMarked;
