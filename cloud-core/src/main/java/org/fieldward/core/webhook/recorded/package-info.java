/** What people and hospital systems told a gateway, mostly while it had no link: taken from the journal to the doors it is for. */
@NullMarked
package org.fieldward.core.webhook.recorded;

import org.jspecify.annotations.NullMarked;
