package org.fieldward.core.webhook;

import org.fieldward.core.chart.Desk;
import org.fieldward.core.webhook.filing.Filed;
import org.fieldward.core.webhook.filing.Movement;

/** What happens at the bed because of a message. Thread-safe. */
public interface Effects {

    /** In the desk's transaction; {@code filed} knows the keys of the names in the movement. */
    void happen(Desk desk, String facility, Movement movement, Filed filed);
}
