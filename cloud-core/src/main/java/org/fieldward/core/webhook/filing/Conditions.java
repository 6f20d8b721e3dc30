package org.fieldward.core.webhook.filing;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.webhook.filing.RefusedException.Reason;

/** Searches as they stand in conditional references and requests: {@code identifier=SYSTEM|VALUE}. */
public final class Conditions {

    private Conditions() {}

    /** @throws RefusedException if it is no query */
    public static Condition read(String type, String query) {
        var parameters = new TreeMap<String, List<String>>();
        for (String pair : query.split("&")) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new RefusedException(Reason.AGAINST_RULES, "a search", "must be NAME=VALUE");
            }
            parameters
                    .computeIfAbsent(decode(pair.substring(0, equals)), name -> new ArrayList<>())
                    .add(decode(pair.substring(equals + 1)));
        }
        return new Condition(type, parameters);
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(Reason.AGAINST_RULES, "a search", "must be encoded as addresses are");
        }
    }
}
