package org.fieldward.core.distribution;

import jakarta.servlet.http.HttpServlet;

/**
 * A place in the HTTP door that another room serves.
 *
 * @param path as servlets are mapped, such as {@code /webhooks/*}
 */
public record Mount(String path, HttpServlet servlet) {}
