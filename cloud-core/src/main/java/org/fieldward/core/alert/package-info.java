/** Tells people what must not wait: rules, mails, escalation until somebody acknowledges. */
@NullMarked
package org.fieldward.core.alert;

import org.jspecify.annotations.NullMarked;
