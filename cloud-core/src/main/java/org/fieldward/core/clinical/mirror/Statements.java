package org.fieldward.core.clinical.mirror;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the DeviceUseStatement of a binding is called that was not made by one. */
final class Statements {

    private static final Pattern NAME = Pattern.compile("binding-([1-9][0-9]{0,17})");

    private Statements() {}

    static String id(long binding) {
        return "binding-" + binding;
    }

    static OptionalLong number(String id) {
        Matcher matcher = NAME.matcher(id);
        return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }
}
