@NullMarked
package org.fieldward.installer.parcel;

import org.jspecify.annotations.NullMarked;
