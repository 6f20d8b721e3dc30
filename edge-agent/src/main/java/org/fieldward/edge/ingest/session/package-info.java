/** What the door remembers of a client beyond its connection: subscriptions, messages under way, a will that waits. */
@NullMarked
package org.fieldward.edge.ingest.session;

import org.jspecify.annotations.NullMarked;
