package org.fieldward.simulator.fleet;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the devices connect to.
 *
 * @param authority PEM file of the certificates that may have signed the gateway's; empty for no TLS
 */
public record Gateway(String host, int port, Optional<Path> authority) {

    public static Gateway plain(String host, int port) {
        return new Gateway(host, port, Optional.empty());
    }
}
