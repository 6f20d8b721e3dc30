package org.fieldward.edge.ingest.packet;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads the fields of one whole packet and never beyond its end. */
final class Cursor {

    private final byte[] bytes;
    private final int end;
    private int at;

    Cursor(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.at = from;
        this.end = end;
    }

    int left() {
        return end - at;
    }

    int one() {
        need(1);
        return bytes[at++] & 0xFF;
    }

    int two() {
        need(2);
        int value = (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
        at += 2;
        return value;
    }

    long four() {
        return (long) two() << 16 | two();
    }

    /** Variable byte integer, at most four bytes and no longer than needed (MQTT 5, section 1.5.5). */
    int variable() {
        int value = 0;
        for (int shift = 0; shift < 28; shift += 7) {
            int digit = one();
            value |= (digit & 0x7F) << shift;
            if (digit < 0x80) {
                if (digit == 0 && shift > 0) {
                    throw Broken.malformed("a variable byte integer must be as short as can be");
                }
                return value;
            }
        }
        throw Broken.malformed("a variable byte integer must have at most four bytes");
    }

    ByteString binary() {
        return bytes(two());
    }

    ByteString rest() {
        return bytes(left());
    }

    /** UTF-8 without U+0000, surrogates, control and non-characters (MQTT 5, section 1.5.4). */
    String text() {
        int length = two();
        need(length);
        int from = at;
        at += length;
        for (int i = from; i < at; i++) {
            if (bytes[i] < 0x20 || bytes[i] == 0x7F) {
                return beyondAscii(from, length);
            }
        }
        return new String(bytes, from, length, StandardCharsets.ISO_8859_1);
    }

    /** The same; if it is what came before, that is given back. */
    String text(String before) {
        return isNext(before) ? skipped(before) : text();
    }

    private boolean isNext(String before) {
        int length = before.length();
        if (left() < 2 + length || ((bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF)) != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[at + 2 + i] != before.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private String skipped(String before) {
        at += 2 + before.length();
        return before;
    }

    Cursor sub(int length) {
        need(length);
        at += length;
        return new Cursor(bytes, at - length, at);
    }

    void end() {
        if (at != end) {
            throw Broken.malformed("a packet must end where its fields end");
        }
    }

    private String beyondAscii(int from, int length) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            throw Broken.malformed("a text must be UTF-8");
        }
        text.codePoints().forEach(Cursor::checkCharacter);
        return text;
    }

    private static void checkCharacter(int c) {
        boolean control = c < 0x20 || (c >= 0x7F && c <= 0x9F);
        boolean none = (c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c <= 0xFDEF);
        if (control || none) {
            throw Broken.malformed("a text must not hold control characters or non-characters");
        }
    }

    private ByteString bytes(int length) {
        need(length);
        at += length;
        return ByteString.copyFrom(bytes, at - length, length);
    }

    private void need(int length) {
        if (length > end - at) {
            throw Broken.malformed("a field must not reach beyond its packet");
        }
    }
}
