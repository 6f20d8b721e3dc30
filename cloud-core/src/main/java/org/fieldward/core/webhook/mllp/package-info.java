/** HL7 version 2 over MLLP: frames, acknowledgements, connections. */
@NullMarked
package org.fieldward.core.webhook.mllp;

import org.jspecify.annotations.NullMarked;
