package org.fieldward.core.delivery;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** A block of addresses, such as {@code 10.0.0.0/8}. */
record Network(InetAddress address, int bits) {

    /** What is not reached over the public internet (RFC 6890), and addresses that carry such a one within. */
    private static final List<Network> NOT_PUBLIC = List.of(
            of("0.0.0.0/8"),
            of("10.0.0.0/8"),
            of("100.64.0.0/10"),
            of("127.0.0.0/8"),
            of("168.63.129.16/32"),
            of("169.254.0.0/16"),
            of("172.16.0.0/12"),
            of("192.0.0.0/24"),
            of("192.0.2.0/24"),
            of("192.88.99.0/24"),
            of("192.168.0.0/16"),
            of("198.18.0.0/15"),
            of("198.51.100.0/24"),
            of("203.0.113.0/24"),
            of("224.0.0.0/3"),
            of("2001::/23"),
            of("2001:db8::/32"),
            of("2002::/16"));

    /** Everything public in IPv6 today is in here. */
    private static final Network GLOBAL = of("2000::/3");

    static boolean isPublic(InetAddress address) {
        boolean reserved = NOT_PUBLIC.stream().anyMatch(network -> network.contains(address));
        return !reserved && (address.getAddress().length == 4 || GLOBAL.contains(address));
    }

    /** @throws IllegalArgumentException if it is not an address, alone or with {@code /BITS} */
    static Network of(String text) {
        int slash = text.indexOf('/');
        String start = slash < 0 ? text : text.substring(0, slash);
        if (!Reach.isLiteral(start)) {
            throw new IllegalArgumentException("must be an address such as 10.0.0.0/8, was '" + text + "'");
        }
        try {
            InetAddress address = InetAddress.getByName(start);
            int most = address.getAddress().length * 8;
            int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            if (bits >= 0 && bits <= most) {
                return new Network(address, bits);
            }
        } catch (UnknownHostException | NumberFormatException e) {
            // Said below.
        }
        throw new IllegalArgumentException("must be an address such as 10.0.0.0/8, was '" + text + "'");
    }

    boolean contains(InetAddress other) {
        byte[] ours = address.getAddress();
        byte[] theirs = other.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((ours[bit / 8] & mask) != (theirs[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
