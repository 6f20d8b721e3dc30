/** Rounds of misfortune for the whole product, and after each the account. */
@NullMarked
package org.fieldward.installer.campaign;

import org.jspecify.annotations.NullMarked;
