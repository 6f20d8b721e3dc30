/** Answers that come page by page: searches, histories and whole records of patients, with their links. */
@NullMarked
package org.fieldward.core.distribution.rest.page;

import org.jspecify.annotations.NullMarked;
