package org.fieldward.core.webhook.hl7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {

    private static final String MSH = "MSH|^~\\&|LAB|HOSP|CORE|FW|20261121080000+0300||ADT^A01^ADT_A01|77|P|2.5.1";

    private static Message read(String text) throws Hl7Exception {
        return Message.read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Message withPid(String pid) throws Hl7Exception {
        return read(MSH + "\r" + pid + "\r");
    }

    @Test
    void fields_components_subcomponents_and_repetitions_are_counted_from_one() throws Exception {
        Segment pid = withPid("PID|1||4711^^^MRN&1.2.3&ISO^MR~0815^^^^PI")
                .first("PID")
                .orElseThrow();

        assertThat(pid.text(3)).isEqualTo("4711");
        assertThat(pid.at(3).text(4, 2)).isEqualTo("1.2.3");
        assertThat(pid.all(3)).hasSize(2);
        assertThat(pid.all(3).get(1).text(5)).isEqualTo("PI");
        assertThat(pid.text(9)).isEmpty();
        assertThat(pid.at(3).at(99).at(99).text()).isEmpty();
    }

    @Test
    void the_header_has_its_separators_as_first_fields() throws Exception {
        Message message = read(MSH);

        assertThat(message.header().text(1)).isEqualTo("|");
        assertThat(message.header().raw(2)).isEqualTo("^~\\&");
        assertThat(message.kind()).isEqualTo("ADT^A01");
        assertThat(message.controlId()).isEqualTo("77");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\r", "\n", "\r\n", "\n\n", "\r\r\n"})
    void whatever_ends_the_lines_is_understood(String end) throws Exception {
        assertThat(read(MSH + end + "PID|1||4711" + end + "ZZZ|x" + end).segments())
                .extracting(Segment::name)
                .containsExactly("MSH", "PID", "ZZZ");
    }

    @Test
    void a_line_feed_within_a_text_is_kept_where_carriage_returns_end_segments() throws Exception {
        assertThat(read(MSH + "\rOBX|1|TX|x||one\ntwo\rOBX|2|TX|x||three")
                        .all("OBX")
                        .getFirst()
                        .text(5))
                .isEqualTo("one\ntwo");
    }

    @Test
    void the_messages_own_separators_are_used() throws Exception {
        Message message = read("MSH#*@!%#LAB##\rPID#1##4711***A%B@2");

        assertThat(message.first("PID").orElseThrow().at(3).text(4, 2)).isEqualTo("B");
        assertThat(message.first("PID").orElseThrow().all(3)).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "A\\T\\E,A&E",
                "a\\F\\b\\S\\c\\R\\d\\E\\e,a|b^c~d\\e",
                "one\\.br\\two,\"one\ntwo\"",
                "\\H\\bold\\N\\,bold",
                "\\X41\\\\X42\\,AB",
                "\\XC3A4\\,ä",
                "C:\\temp\\F\\x,C:\\temp|x",
                "open\\Tend,open\\Tend",
                "\\Zxy\\z,z",
                "\\unknown\\,\\unknown\\"
            })
    void escapes_are_taken_away(String said, String meant) throws Exception {
        assertThat(withPid("PID|" + said).first("PID").orElseThrow().text(1)).isEqualTo(meant);
    }

    @ParameterizedTest
    @CsvSource({
        "'', UTF-8", "UNICODE UTF-8, UTF-8", "8859/1, ISO-8859-1", "8859/15, ISO-8859-15", "ISO IR87, ISO-2022-JP",
        "GB 18030-2000, GB18030", "'', ISO-8859-1", "ASCII, ISO-8859-1", "UNICODE UTF-16, UTF-16", "'', UTF-16LE"
    })
    void the_character_set_is_that_of_msh_18_or_else_what_the_bytes_allow(String declared, String used)
            throws Exception {
        String name = used.contains("2022") || used.startsWith("GB") ? "東京" : "Müller";
        String text = MSH + "|||||||".substring(0, 6) + declared + "\rPID|" + name;

        byte[] bytes = text.getBytes(Charset.forName(used));

        assertThat(Message.read(bytes).first("PID").orElseThrow().text(1)).isEqualTo(name);
    }

    @Test
    void a_mark_of_byte_order_is_no_part_of_the_message() throws Exception {
        assertThat(read("\uFEFF" + MSH).controlId()).isEqualTo("77");
    }

    @Test
    void a_null_value_is_told_from_nothing() throws Exception {
        Segment pid = withPid("PID|\"\"||x").first("PID").orElseThrow();

        assertThat(pid.isNull(1)).isTrue();
        assertThat(pid.isNull(2)).isFalse();
        assertThat(pid.text(1)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'';message must begin with the segment MSH",
                "PID|1;message must begin with the segment MSH",
                "MSHA;message must begin with the segment MSH",
                "MSHA^~;MSH-1 must be a separator, neither letter, digit nor space",
                "MSH|^^^^|;MSH-2 must be characters that differ, neither letters nor digits",
                "MSH||x;MSH-2 must be 1 to 5 encoding characters"
            })
    void what_is_no_message_is_refused_with_the_place(String text, String rule) {
        assertThatThrownBy(() -> read(text)).isInstanceOf(Hl7Exception.class).hasMessage(rule);
    }

    @Test
    void a_line_that_is_no_segment_is_refused_by_its_position() {
        assertThatThrownBy(() -> read(MSH + "\rPID|1\rhello"))
                .hasMessage("segment 3 must begin with three capital letters or digits and the field separator");
    }

    @Test
    void a_refusal_quotes_nothing() {
        assertThatThrownBy(() -> read(MSH + "\rJohn Doe of Room 3"))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("John"));
    }

    @Test
    void an_acknowledgement_names_the_message_in_its_own_separators() throws Exception {
        Message message = read("MSH#*@!%#LAB#HOSP#CORE#FW###ORU*R01#ID-9#P#2.4");

        String text =
                Acknowledgement.accepted().write(Optional.of(message), Instant.parse("2026-11-21T08:00:00Z"), "FW5");

        assertThat(text)
                .isEqualTo("MSH#*@!%#CORE#FW#LAB#HOSP#20261121080000+0000##ACK*R01*ACK#FW5#P#2.4\rMSA#AA#ID-9\r");
    }

    @Test
    void a_refusing_acknowledgement_says_where_and_why() throws Exception {
        String text = new Acknowledgement(Acknowledgement.Code.AE, "PID[2]-3", "must hold an identifier")
                .write(Optional.of(read(MSH)), Instant.parse("2026-11-21T08:00:00Z"), "FW5");

        assertThat(text).contains("\rMSA|AE|77\rERR||PID^2^3|").contains("|PID[2]-3 must hold an identifier\r");
    }
}
