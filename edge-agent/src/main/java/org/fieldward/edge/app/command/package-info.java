/** The command line: one class per command. */
@NullMarked
package org.fieldward.edge.app.command;

import org.jspecify.annotations.NullMarked;
