/** Packs the gateway with a JDK of its own, so that a machine needs nothing else to run it. */
@NullMarked
package org.fieldward.installer.parcel;

import org.jspecify.annotations.NullMarked;
