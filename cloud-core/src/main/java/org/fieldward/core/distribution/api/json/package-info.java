/** What is known of the ward, as JSON: devices, bindings, states, gaps. */
@NullMarked
package org.fieldward.core.distribution.api.json;

import org.jspecify.annotations.NullMarked;
