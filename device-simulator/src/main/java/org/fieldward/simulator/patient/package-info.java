/** Patients who do not exist: coupled, slowly varying vital signs and what may befall them, from a seed. */
@NullMarked
package org.fieldward.simulator.patient;

import org.jspecify.annotations.NullMarked;
