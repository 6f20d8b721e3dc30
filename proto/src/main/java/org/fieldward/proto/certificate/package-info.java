/** The X.509 certificates by which gateway, core and devices know each other: made, signed and read in one place. */
@NullMarked
package org.fieldward.proto.certificate;

import org.jspecify.annotations.NullMarked;
