package org.fieldward.core.anchor.chain;

import java.util.regex.Pattern;
import org.web3j.crypto.Credentials;

/** The private key of the account that anchors. Never prints. */
public final class ChainKey {

    private static final Pattern HEX = Pattern.compile("(0x)?[0-9a-fA-F]{64}");

    private final Credentials credentials;

    private ChainKey(Credentials credentials) {
        this.credentials = credentials;
    }

    /** Reads 64 hexadecimal digits, with or without {@code 0x} and white space around them. */
    public static ChainKey parse(String text) {
        String digits = text.strip();
        if (!HEX.matcher(digits).matches()) {
            throw new ChainException("chain.key-file must hold 64 hexadecimal digits and nothing else");
        }
        return new ChainKey(Credentials.create(digits));
    }

    /** For those who only read the chain and sign nothing. */
    public static ChainKey unused() {
        return parse("0".repeat(63) + "1");
    }

    Credentials credentials() {
        return credentials;
    }

    @Override
    public String toString() {
        return "***";
    }
}
