package org.fieldward.core.delivery;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where messages may go: over https to public addresses, and beyond that only to the hosts and networks that the operator
 * named. Who may name an address could otherwise make the core call what only the core can reach. Immutable.
 */
public final class Reach {

    private static final int MAX_LENGTH = 2_048;

    // Also what some systems read as an address: hexadecimal and undotted numbers.
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+|0[xX][0-9a-fA-FxX.]*");

    private final Set<String> hosts;
    private final List<Network> networks;

    private Reach(Set<String> hosts, List<Network> networks) {
        this.hosts = Set.copyOf(hosts);
        this.networks = List.copyOf(networks);
    }

    /**
     * Reads {@code subscription.allow-private-targets}.
     *
     * @param entries host names, addresses, and networks such as {@code 10.1.0.0/16}
     */
    public static Reach of(List<String> entries) {
        var hosts = new HashSet<String>();
        var networks = new ArrayList<Network>();
        for (String entry : entries) {
            String bare = entry.startsWith("[") ? entry.substring(1, entry.length() - 1) : entry;
            if (isLiteral(bare.split("/", 2)[0])) {
                networks.add(Network.of(bare));
            } else {
                hosts.add(bare.toLowerCase(Locale.ROOT));
            }
        }
        return new Reach(hosts, networks);
    }

    static boolean isLiteral(String host) {
        return host.contains(":") || NUMBERS.matcher(host).matches();
    }

    /** What is wrong with an address as it is written; it says nothing about where a name leads. */
    public Optional<String> objection(String url) {
        if (url.length() > MAX_LENGTH) {
            return Optional.of("the address must be at most " + MAX_LENGTH + " characters");
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException e) {
            return Optional.of("the address must be a URL");
        }
        String host = uri.getHost();
        String scheme = uri.getScheme();
        if (host == null || scheme == null || uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
            return Optional.of("the address must be a URL with a host, and without user or fragment");
        }
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (isLiteral(bare)) {
            try {
                resolve(bare);
            } catch (UnknownHostException e) {
                return Optional.of("the address must be public, or named in subscription.allow-private-targets");
            }
        }
        if (scheme.equalsIgnoreCase("https") || (scheme.equalsIgnoreCase("http") && isNamed(bare))) {
            return Optional.empty();
        }
        return Optional.of("the address must begin with https://");
    }

    private boolean isNamed(String host) {
        if (hosts.contains(host.toLowerCase(Locale.ROOT))) {
            return true;
        }
        try {
            return isLiteral(host) && isNamed(InetAddress.getByName(host));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private boolean isNamed(InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    /**
     * Looks the name up, once: who connects must use these very addresses, since another look-up may say another thing.
     *
     * @throws UnknownHostException if there is no such host, or any of its addresses may not be reached
     */
    List<InetAddress> resolve(String host) throws UnknownHostException {
        List<InetAddress> found = List.of(InetAddress.getAllByName(host));
        if (!hosts.contains(host.toLowerCase(Locale.ROOT))) {
            for (InetAddress address : found) {
                if (!Network.isPublic(address) && !isNamed(address)) {
                    throw new UnknownHostException("its address is not public");
                }
            }
        }
        return found;
    }
}
