/** How the JSON API answers, and how it says what was wrong. */
@NullMarked
package org.fieldward.core.distribution.api.answer;

import org.jspecify.annotations.NullMarked;
