package org.fieldward.proto.stick;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Locale;

/** How files on a stick are called. They say which gateway they are from and when they were made, and no more. */
public final class StickNames {

    private static final String START = "fieldward-";
    private static final String FILE = ".stick";
    private static final String RECEIPT = ".receipt";
    private static final String DRAFT = ".part";
    private static final int SHOWN_ID_BYTES = 4;

    private StickNames() {}

    /** Different for each file, also where a gateway's clock stands still; allowed on FAT. */
    public static String file(String gateway, Instant madeAt, ByteString id) {
        String time = madeAt.truncatedTo(ChronoUnit.SECONDS).toString().replaceAll("[^0-9TZ]", "");
        String shown = HexFormat.of()
                .formatHex(id.substring(0, Math.min(SHOWN_ID_BYTES, id.size())).toByteArray());
        return START + gateway + "-" + time + "-" + shown + FILE;
    }

    /** One per gateway: a newer receipt replaces an older one. */
    public static String receipt(String gateway) {
        return START + gateway + RECEIPT;
    }

    /** While it is written; it is renamed when it is whole. */
    public static String draft(String name) {
        return name + DRAFT;
    }

    public static boolean isFile(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(FILE);
    }

    /** Left behind where a stick was pulled out too early. */
    public static boolean isDraftOf(String gateway, String name) {
        return name.startsWith(START + gateway + "-") && name.endsWith(FILE + DRAFT);
    }
}
