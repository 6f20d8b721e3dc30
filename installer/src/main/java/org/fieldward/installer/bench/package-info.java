/** Measures the gateway beside what people would use instead, and writes the page of measurements. */
@NullMarked
package org.fieldward.installer.bench;

import org.jspecify.annotations.NullMarked;
