/** What an operator chose: every key with its default and meaning, checked as a whole before anything starts. */
@NullMarked
package org.fieldward.core.app.settings;

import org.jspecify.annotations.NullMarked;
