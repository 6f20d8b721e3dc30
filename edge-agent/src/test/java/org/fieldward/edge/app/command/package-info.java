@NullMarked
package org.fieldward.edge.app.command;

import org.jspecify.annotations.NullMarked;
