/** What receivers may ask to be told about, and whether something that happened is that. */
@NullMarked
package org.fieldward.core.distribution.topic;

import org.jspecify.annotations.NullMarked;
