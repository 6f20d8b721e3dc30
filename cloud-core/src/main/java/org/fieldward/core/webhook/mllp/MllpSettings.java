package org.fieldward.core.webhook.mllp;

import java.util.Optional;
import javax.net.ssl.SSLContext;

/**
 * How the door for HL7 version 2 over MLLP stands open.
 *
 * @param bind address to listen on
 * @param port 0: any free one
 * @param tls empty: none; otherwise every sender must show a certificate
 */
public record MllpSettings(String bind, int port, Optional<SSLContext> tls) {}
