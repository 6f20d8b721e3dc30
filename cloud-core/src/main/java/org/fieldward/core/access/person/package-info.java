/** People who sign in here, their sessions, and who a request's token or session stands for. */
@NullMarked
package org.fieldward.core.access.person;

import org.jspecify.annotations.NullMarked;
