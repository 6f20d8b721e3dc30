package org.fieldward.core.webhook;

import java.util.Optional;
import org.fieldward.core.webhook.filing.Matter.Remark;
import org.hl7.fhir.r4.model.Resource;

/** What must hold of a resource before it is stored. Thread-safe. */
public interface Rules {

    /** The first that is broken; may quote what stands there, for the sender's eyes only. */
    Optional<Remark> broken(Resource resource);
}
