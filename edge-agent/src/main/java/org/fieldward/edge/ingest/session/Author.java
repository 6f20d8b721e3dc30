package org.fieldward.edge.ingest.session;

import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.proto.reading.DeviceId;

/** An identity as text, for the disk: {@code device:monitor-1}, {@code screen:nurse}. */
public final class Author {

    private static final String DEVICE = "device";
    private static final String SCREEN = "screen";
    private static final String STAFF = "staff";
    private static final String OPERATOR = "operator";

    private Author() {}

    public static String text(Identity identity) {
        String kind = switch (identity) {
            case Identity.Device device -> DEVICE;
            case Identity.Screen screen -> SCREEN;
            case Identity.Staff staff -> STAFF;
            case Identity.Operator operator -> OPERATOR;
        };
        return kind + ":" + identity.name();
    }

    /** @throws IllegalArgumentException if {@link #text} never wrote this */
    public static Identity identity(String text) {
        int colon = Math.max(0, text.indexOf(':'));
        String name = text.substring(Math.min(text.length(), colon + 1));
        return switch (text.substring(0, colon)) {
            case DEVICE -> new Identity.Device(new DeviceId(name));
            case SCREEN -> new Identity.Screen(name);
            case STAFF -> new Identity.Staff(name);
            case OPERATOR -> new Identity.Operator(name);
            default ->
                throw new IllegalArgumentException("an author must begin with device:, screen:, staff: or operator:");
        };
    }
}
