/** FHIR Subscriptions: R4 criteria and the backport of R5 topics. */
@NullMarked
package org.fieldward.core.distribution.subscription;

import org.jspecify.annotations.NullMarked;
