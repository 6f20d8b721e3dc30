/** Who did what to whose data: appended, chained by hashes, never changed, shown as FHIR AuditEvents. */
@NullMarked
package org.fieldward.core.access.audit;

import org.jspecify.annotations.NullMarked;
