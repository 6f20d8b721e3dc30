package org.fieldward.core.completeness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.fieldward.core.anchor.Coverage;
import org.fieldward.core.anchor.chain.ChainState;
import org.fieldward.core.completeness.Report.Row;
import org.fieldward.core.completeness.SignedReport.Result;
import org.fieldward.core.completeness.SignedReport.Step;
import org.fieldward.core.ledger.Hash;
import org.fieldward.core.ledger.LedgerException;
import org.fieldward.core.ledger.NoteSigner;
import org.fieldward.core.ledger.SignedNote;
import org.fieldward.core.ledger.Statement;
import org.fieldward.core.observation.tally.Tallies.Count;
import org.junit.jupiter.api.Test;

class SignedReportTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant AT = Instant.parse("2026-03-02T12:10:00Z");
    private static final LocalDate DAY = LocalDate.of(2026, 3, 1);

    private final NoteSigner signer = new NoteSigner("test.example/log", FakeTallies.keyPair());

    private Report report() {
        Hash root = Hash.of(new byte[32]);
        var signed = new Coverage.Signed(9, 4, new SignedNote(signer.sign(9, root)), AT);
        var place = new ChainState.Anchor(1, "0xc", "0xt", 7, 9, root, AT, ChainState.Finality.FINAL);
        var anchored = new Coverage.Anchored(signed, List.of(place));
        var row = new Row(
                DAY,
                Optional.empty(),
                Instant.parse("2026-03-01T00:00:00Z"),
                Instant.parse("2026-03-02T00:00:00Z"),
                Optional.of("Zimmer \"7\" ü"),
                Optional.of("ward-3"),
                List.of("mon-1"),
                true,
                96,
                95,
                Map.of("ann", new Count(80, 480, 1)),
                4,
                Map.of("conflict", 2L),
                70,
                60,
                50,
                List.of(),
                Map.of("evicted", 7L),
                Map.of());
        return new Report(
                AT,
                new Question(Optional.empty(), Optional.empty(), DAY, DAY),
                List.of(row),
                List.of(),
                List.of(),
                0,
                Map.of(),
                new Coverage(9, Optional.of(signed), Optional.of(anchored), Optional.of(anchored), true));
    }

    private String note(String kind, String body) {
        return signer.sign(new Statement(kind, body));
    }

    private String changed(Consumer<ObjectNode> change) throws Exception {
        ObjectNode json = ReportJson.write(report());
        change.accept(json);
        return note(SignedReport.KIND, Canonical.text(JSON.readTree(json.toString())));
    }

    private void refused(String text, Step step, String reason) {
        assertThat(SignedReport.check(text, signer.publicKey()))
                .isInstanceOfSatisfying(Result.Refused.class, refused -> {
                    assertThat(refused.step()).isEqualTo(step);
                    assertThat(refused.reason()).contains(reason);
                });
    }

    @Test
    void a_statement_is_accepted_with_the_key_and_says_what_the_report_says() throws Exception {
        String text = signer.sign(SignedReport.statement(report()));

        assertThat(SignedReport.check(text, signer.publicKey()))
                .isInstanceOfSatisfying(Result.Accepted.class, accepted -> {
                    JsonNode row = accepted.report().path("rows").get(0);
                    assertThat(row.path("measured").asLong()).isEqualTo(94);
                    assertThat(row.path("bed").asText()).isEqualTo("Zimmer \"7\" ü");
                    assertThat(accepted.report()
                                    .path("totals")
                                    .path("missing")
                                    .path("evicted")
                                    .asLong())
                            .isEqualTo(7);
                    assertThat(accepted.report().path("meaning").path("missing").asText())
                            .contains("gap records");
                });
        assertThat(text.lines().toList().get(1))
                .isEqualTo(Canonical.text(JSON.readTree(text.lines().toList().get(1))));
    }

    @Test
    void one_flipped_bit_anywhere_is_refused_by_name() {
        byte[] text = signer.sign(SignedReport.statement(report())).getBytes(StandardCharsets.UTF_8);
        int signature = (text.length - 120) * 8;
        // Any bit of the body is like any other; those of the signature are each looked at in another way.
        for (int bit = 0; bit < text.length * 8; bit += bit < signature ? 101 : 1) {
            byte[] flipped = text.clone();
            flipped[bit / 8] ^= (byte) (1 << (bit % 8));
            refused(new String(flipped, StandardCharsets.UTF_8), Step.SIGNATURE, "");
        }
        refused(new String(text, StandardCharsets.UTF_8) + "\n", Step.SIGNATURE, "");
        refused("", Step.SIGNATURE, "signed note");
    }

    @Test
    void a_statement_by_another_key_or_of_another_kind_is_refused() throws Exception {
        var other = new NoteSigner("test.example/log", FakeTallies.keyPair());
        refused(other.sign(SignedReport.statement(report())), Step.SIGNATURE, "not signed by test.example/log");
        refused(note("fieldward-weather/v1", "{}"), Step.FORMAT, "the first line must be");
        refused(note(SignedReport.KIND, "{ }"), Step.FORMAT, "one spelling");
        refused(note(SignedReport.KIND, "{\"a\":1,\"a\":1}"), Step.FORMAT, "JSON");
        refused(note(SignedReport.KIND, "rain"), Step.FORMAT, "JSON");
        refused(signer.sign(9, Hash.of(new byte[32])), Step.SIGNATURE, "2 lines");
    }

    @Test
    void a_statement_is_never_taken_for_a_checkpoint() {
        var note = new SignedNote(signer.sign(new Statement("test.example/log", "9")));
        assertThatThrownBy(() -> note.open(signer.publicKey()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("3 lines");
        assertThatThrownBy(() -> new Statement("test.example/log", "9\nAAAA")).isInstanceOf(LedgerException.class);
    }

    @Test
    void roots_that_are_not_of_this_log_and_sums_that_do_not_add_up_are_refused_although_signed() throws Exception {
        var other = new NoteSigner("test.example/log", FakeTallies.keyPair());
        refused(
                changed(json -> ((ObjectNode) json.path("log").path("checkpoint"))
                        .put("note", other.sign(9, Hash.of(new byte[32])))),
                Step.CHECKPOINT,
                "not signed");
        refused(
                changed(json -> ((ObjectNode) json.path("log").path("checkpoint")).put("size", 8)),
                Step.CHECKPOINT,
                "of the size it says");
        refused(
                changed(json -> ((ObjectNode)
                                json.path("log").path("anchored").path("places").get(0))
                        .put("root", "0x" + "11".repeat(32))),
                Step.CHECKPOINT,
                "places on a chain");
        refused(changed(json -> row(json).put("confirmed", 88)), Step.COUNTS, "on 2026-03-01 confirmed");
        refused(changed(json -> row(json).put("measured", 93)), Step.COUNTS, "measured");
        refused(changed(json -> row(json).put("anchored", 71)), Step.COUNTS, "than signed");
        refused(changed(json -> ((ObjectNode) json.path("totals")).put("values", 481)), Step.COUNTS, "totals");
    }

    private static ObjectNode row(ObjectNode json) {
        return (ObjectNode) json.path("rows").get(0);
    }

    @Test
    void canonical_json_has_its_names_in_order_and_one_spelling_of_every_text() throws Exception {
        JsonNode json = JSON.readTree("{\"b\": [1, true, {}], \"a\": \"\\u00fc\\u0001\\n\\\"\\\\/\", \"aa\": -5}");
        assertThat(Canonical.text(json)).isEqualTo("{\"a\":\"ü\\u0001\\n\\\"\\\\/\",\"aa\":-5,\"b\":[1,true,{}]}");
        assertThatThrownBy(() -> Canonical.text(JSON.readTree("[1.5]"))).isInstanceOf(LedgerException.class);
        assertThatThrownBy(() -> Canonical.text(JSON.readTree("[9007199254740993]")))
                .isInstanceOf(LedgerException.class);
    }

    @Test
    void the_csv_has_a_line_per_row_and_nothing_where_nothing_is_known() {
        List<String> lines = ReportCsv.write(report()).lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(1))
                .isEqualTo("2026-03-01,UTC,false,ward-3,\"Zimmer \"\"7\"\" ü\",mon-1,ann,94,87,80,480,1,4,2,70,60,50,"
                        + "0,7,0,0,0,,96,95");
        assertThat(lines.get(0).split(",")).hasSize(25);
    }
}
