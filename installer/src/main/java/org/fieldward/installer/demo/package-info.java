/** Shows the whole of Fieldward on one machine. */
@NullMarked
package org.fieldward.installer.demo;

import org.jspecify.annotations.NullMarked;
