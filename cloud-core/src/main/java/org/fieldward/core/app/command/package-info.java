/** What an operator does beside a running core or without one. */
@NullMarked
package org.fieldward.core.app.command;

import org.jspecify.annotations.NullMarked;
