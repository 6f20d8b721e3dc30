package org.fieldward.edge.ingest.session;

import org.fieldward.edge.ingest.access.Identity;
import org.fieldward.proto.reading.DeviceId;

/** An identity as text, for the disk: {@code device:monitor-1}, {@code screen:nurse}. */
public final class Author {

    private static final String DEVICE = "device:";
    private static final String SCREEN = "screen:";

    private Author() {}

    public static String text(Identity identity) {
        return switch (identity) {
            case Identity.Device device -> DEVICE + device.id().name();
            case Identity.Screen screen -> SCREEN + screen.name();
        };
    }

    /** @throws IllegalArgumentException if {@link #text} never wrote this */
    public static Identity identity(String text) {
        if (text.startsWith(DEVICE)) {
            return new Identity.Device(new DeviceId(text.substring(DEVICE.length())));
        }
        if (text.startsWith(SCREEN)) {
            return new Identity.Screen(text.substring(SCREEN.length()));
        }
        throw new IllegalArgumentException("an author must begin with device: or screen:");
    }
}
