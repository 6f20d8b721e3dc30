package org.fieldward.core.distribution;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How the door for people and other systems stands open.
 *
 * @param bind {@code http.address}, the address to listen on; 127.0.0.1 by default. Any other than loopback needs a token, an issuer or
 *     people.
 * @param port {@code http.port}, 8080 by default; 0 for any free one
 * @param names {@code http.names}, host names that clients may call it by, besides loopback; none by default. A request
 *     for another name is refused, or a web page could reach the door through a visitor's browser (DNS rebinding).
 * @param token {@code http.token-file}, whose content every request must bring as a bearer token; none by default
 * @param maxThreads {@code http.max-threads}, requests worked on at once; 32 by default
 * @param maxStreams {@code http.max-streams}, live streams open at once; 100 by default
 */
public record HttpSettings(
        String bind, int port, Set<String> names, Optional<Token> token, int maxThreads, int maxStreams) {

    /** A value that must never reach a log. */
    public record Token(String reveal) {
        public Token {
            if (reveal.length() < 32) {
                throw new IllegalArgumentException(
                        "http.token-file must hold at least 32 characters, held " + reveal.length());
            }
        }

        @Override
        public String toString() {
            return "***";
        }
    }

    public HttpSettings {
        names = names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toUnmodifiableSet());
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("http.port must be 0 to 65535, was " + port);
        }
        if (maxThreads < 8 || maxThreads > 1_000) {
            throw new IllegalArgumentException("http.max-threads must be 8 to 1000, was " + maxThreads);
        }
        if (maxStreams < 1 || maxStreams > 10_000) {
            throw new IllegalArgumentException("http.max-streams must be 1 to 10000, was " + maxStreams);
        }
        isLoopback(bind);
    }

    /** Loopback, port 8080, no token. */
    public static HttpSettings standard() {
        return new HttpSettings("127.0.0.1", 8080, Set.of(), Optional.empty(), 32, 100);
    }

    public HttpSettings withPort(int other) {
        return new HttpSettings(bind, other, names, token, maxThreads, maxStreams);
    }

    /** Whether nobody but this machine can reach it. */
    public boolean isForThisMachine() {
        return isLoopback(bind);
    }

    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("http.address must be an address of this machine, was " + address, e);
        }
    }
}
