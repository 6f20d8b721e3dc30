package org.fieldward.core.access.token;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** Asks a provider over HTTP. */
public interface Fetch {

    /** The body of a 200; empty for anything else, also where nobody answers. */
    Optional<String> get(URI address);

    /** A form by POST; the body of a 200. */
    Optional<String> post(URI address, Map<String, String> form);
}
