/** What all programs of the installer have in common on their command line. */
@NullMarked
package org.fieldward.installer.program;

import org.jspecify.annotations.NullMarked;
