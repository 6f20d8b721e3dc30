/** Measures what more devices cost a gateway, and more gateways a core. */
@NullMarked
package org.fieldward.installer.growth;

import org.jspecify.annotations.NullMarked;
