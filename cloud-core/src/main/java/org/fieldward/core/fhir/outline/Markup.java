package org.fieldward.core.fhir.outline;

/** The tags and attributes of a narrative, without its words. */
final class Markup {

    private Markup() {}

    /** Whether it could be told apart; what is odd is left to the validator. */
    static boolean write(String div, StringBuilder out) {
        int at = 0;
        while (at < div.length()) {
            int tag = div.indexOf('<', at);
            int end = tag < 0 ? div.length() : tag;
            if (!words(div, at, end, out)) {
                return false;
            }
            if (tag < 0) {
                return true;
            }
            int close = div.indexOf('>', tag);
            if (close < 0 || div.charAt(tag + 1) == '!' || div.charAt(tag + 1) == '?') {
                return false;
            }
            out.append(div, tag, close + 1);
            at = close + 1;
        }
        return true;
    }

    private static boolean words(String div, int from, int end, StringBuilder out) {
        int at = from;
        while (at < end) {
            int entity = div.indexOf('&', at);
            int until = entity < 0 || entity > end ? end : entity;
            if (until > at) {
                var form = Forms.between(div.substring(at, until));
                if (form.isEmpty()) {
                    return false;
                }
                out.append(form.get());
            }
            if (until == end) {
                return true;
            }
            int close = div.indexOf(';', entity);
            if (close < 0 || close >= end) {
                return false;
            }
            out.append(div, entity, close + 1);
            at = close + 1;
        }
        return true;
    }
}
