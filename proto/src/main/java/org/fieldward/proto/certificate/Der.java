package org.fieldward.proto.certificate;

import com.google.protobuf.ByteString;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;

/** The few values of ASN.1 that a certificate is made of, in their distinguished encoding (X.690, sections 8 and 10). */
final class Der {

    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;

    // RFC 5280, 4.1.2.5: through 2049 with two digits of the year, from 2050 on with four.
    private static final DateTimeFormatter UTC_TIME = DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'");
    private static final DateTimeFormatter GENERALIZED_TIME = DateTimeFormatter.ofPattern("uuuuMMddHHmmss'Z'");

    static final ByteString TRUE = value(0x01, ByteString.copyFrom(new byte[] {(byte) 0xff}));

    private Der() {}

    static ByteString sequence(ByteString... parts) {
        return value(SEQUENCE, ByteString.copyFrom(List.of(parts)));
    }

    static ByteString setOf(ByteString only) {
        return value(SET, only);
    }

    static ByteString integer(BigInteger number) {
        return value(0x02, ByteString.copyFrom(number.toByteArray()));
    }

    /**
     * A string of bits.
     *
     * @param unused how many bits of the last byte do not count
     */
    static ByteString bits(int unused, ByteString bytes) {
        return value(0x03, ByteString.copyFrom(new byte[] {(byte) unused}).concat(bytes));
    }

    static ByteString octets(ByteString bytes) {
        return value(0x04, bytes);
    }

    static ByteString identifier(String dotted) {
        long[] arcs = Arrays.stream(dotted.split("\\.", -1))
                .mapToLong(Long::parseLong)
                .toArray();
        var out = ByteString.newOutput();
        base128(out, arcs[0] * 40 + arcs[1]);
        for (int i = 2; i < arcs.length; i++) {
            base128(out, arcs[i]);
        }
        return value(0x06, out.toByteString());
    }

    private static void base128(ByteString.Output out, long arc) {
        int more = (63 - Long.numberOfLeadingZeros(arc | 1)) / 7;
        for (int group = more; group > 0; group--) {
            out.write((int) (arc >> (7 * group)) & 0x7f | 0x80);
        }
        out.write((int) arc & 0x7f);
    }

    static ByteString text(String text) {
        return value(0x0c, ByteString.copyFromUtf8(text));
    }

    static ByteString time(Instant moment) {
        ZonedDateTime utc = moment.atZone(ZoneOffset.UTC);
        boolean isShort = utc.getYear() >= 1950 && utc.getYear() < 2050;
        return value(
                isShort ? 0x17 : 0x18,
                ByteString.copyFrom((isShort ? UTC_TIME : GENERALIZED_TIME).format(utc), StandardCharsets.US_ASCII));
    }

    /** Explicitly tagged: what is inside keeps its own tag. */
    static ByteString tagged(int number, ByteString inside) {
        return value(0xa0 | number, inside);
    }

    /** Implicitly tagged: the bytes alone, under this tag. */
    static ByteString tagInstead(int number, ByteString bytes) {
        return value(0x80 | number, bytes);
    }

    /** The bytes of the key itself within a SubjectPublicKeyInfo, which is an algorithm and a string of bits. */
    static ByteString keyBits(ByteString publicKeyInfo) {
        ByteString inside = content(publicKeyInfo);
        ByteString afterAlgorithm = inside.substring(header(inside) + length(inside));
        return content(afterAlgorithm).substring(1);
    }

    private static ByteString content(ByteString value) {
        int from = header(value);
        return value.substring(from, from + length(value));
    }

    private static int header(ByteString value) {
        int first = value.byteAt(1) & 0xff;
        return first < 0x80 ? 2 : 2 + (first & 0x7f);
    }

    private static int length(ByteString value) {
        int first = value.byteAt(1) & 0xff;
        if (first < 0x80) {
            return first;
        }
        return new BigInteger(1, value.substring(2, 2 + (first & 0x7f)).toByteArray()).intValueExact();
    }

    private static ByteString value(int tag, ByteString content) {
        var out = ByteString.newOutput();
        out.write(tag);
        int size = content.size();
        if (size < 0x80) {
            out.write(size);
        } else {
            int bytes = (39 - Integer.numberOfLeadingZeros(size)) / 8;
            out.write(0x80 | bytes);
            for (int i = bytes - 1; i >= 0; i--) {
                out.write(size >> (8 * i));
            }
        }
        return out.toByteString().concat(content);
    }
}
