package org.fieldward.core.webhook.hl7;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Bytes into text: by their mark, by MSH-18 (HL7 table 0211), or UTF-8, or else Latin-1, which takes anything. */
final class Characters {

    private static final int HEADER = 1_000;
    private static final int MSH_18 = 17;
    private static final Map<String, String> TABLE_0211 = Map.ofEntries(
            Map.entry("ASCII", "UTF-8"),
            Map.entry("UNICODE", "UTF-8"),
            Map.entry("UNICODE UTF-8", "UTF-8"),
            Map.entry("UTF-8", "UTF-8"),
            Map.entry("UTF8", "UTF-8"),
            Map.entry("UNICODE UTF-16", "UTF-16"),
            Map.entry("UNICODE UTF-32", "UTF-32"),
            Map.entry("ISO IR14", "JIS_X0201"),
            Map.entry("ISO IR87", "ISO-2022-JP"),
            Map.entry("ISO IR159", "ISO-2022-JP-2"),
            Map.entry("GB 18030-2000", "GB18030"),
            Map.entry("KS X 1001", "EUC-KR"),
            Map.entry("CNS 11643-1992", "x-ISO-2022-CN-CNS"),
            Map.entry("BIG-5", "Big5"));

    private Characters() {}

    static String decode(byte[] bytes) throws Hl7Exception {
        if (starts(bytes, 0xEF, 0xBB, 0xBF)) {
            return strict(bytes, 3, StandardCharsets.UTF_8);
        }
        if (starts(bytes, 0xFE, 0xFF) || starts(bytes, 0xFF, 0xFE)) {
            return strict(bytes, 0, StandardCharsets.UTF_16);
        }
        if (starts(bytes, 'M', 0) || starts(bytes, 0, 'M')) {
            return strict(bytes, 0, bytes[0] == 0 ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE);
        }
        String declared = declared(bytes);
        if (!declared.isEmpty() && !declared.equals("ASCII")) {
            return strict(bytes, 0, charset(declared));
        }
        return tryStrict(bytes, 0, StandardCharsets.UTF_8)
                .orElseGet(() -> new String(bytes, StandardCharsets.ISO_8859_1));
    }

    private static boolean starts(byte[] bytes, int... with) {
        if (bytes.length < with.length) {
            return false;
        }
        for (int i = 0; i < with.length; i++) {
            if ((bytes[i] & 0xFF) != with[i]) {
                return false;
            }
        }
        return true;
    }

    /** MSH-18's first repetition; separators and names of character sets are ASCII in all that we read here. */
    private static String declared(byte[] bytes) {
        String start = new String(bytes, 0, Math.min(bytes.length, HEADER), StandardCharsets.ISO_8859_1);
        String header = start.split("[\r\n]", 2)[0];
        if (header.length() < 9 || !header.startsWith("MSH")) {
            return "";
        }
        String[] fields = header.split(java.util.regex.Pattern.quote(header.substring(3, 4)), MSH_18 + 2);
        if (fields.length <= MSH_18) {
            return "";
        }
        String encoding = fields[1];
        char repetition = encoding.length() > 1 ? encoding.charAt(1) : '~';
        int end = fields[MSH_18].indexOf(repetition);
        return (end < 0 ? fields[MSH_18] : fields[MSH_18].substring(0, end))
                .strip()
                .toUpperCase(Locale.ROOT);
    }

    private static Charset charset(String declared) throws Hl7Exception {
        String name = TABLE_0211.getOrDefault(declared, declared.replaceFirst("^8859/(\\d+)$", "ISO-8859-$1"));
        try {
            return Charset.forName(name);
        } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
            throw new Hl7Exception("MSH-18", "must be a character set of HL7 table 0211 that is known here");
        }
    }

    private static String strict(byte[] bytes, int from, Charset charset) throws Hl7Exception {
        Optional<String> text = tryStrict(bytes, from, charset);
        if (text.isEmpty()) {
            throw new Hl7Exception("MSH-18", "must name the character set that the bytes are in");
        }
        return text.get().startsWith("\uFEFF") ? text.get().substring(1) : text.get();
    }

    private static Optional<String> tryStrict(byte[] bytes, int from, Charset charset) {
        try {
            return Optional.of(charset.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, from, bytes.length - from))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
