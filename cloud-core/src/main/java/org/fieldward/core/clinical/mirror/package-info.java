/** Keeps the registry, which readings are attributed by, and the chart in agreement about patients, devices, bindings. */
@NullMarked
package org.fieldward.core.clinical.mirror;

import org.jspecify.annotations.NullMarked;
