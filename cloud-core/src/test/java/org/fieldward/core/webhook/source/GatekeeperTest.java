package org.fieldward.core.webhook.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.webhook.source.Proof.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatekeeperTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Secret OLD = new Secret("the-old-secret-of-some-length");
    private static final Secret NEW = new Secret("the-new-secret-of-some-length");
    private static final ByteString BODY = ByteString.copyFromUtf8("{}");

    @TempDir
    private Path folder;

    private static Source source(Proof... proofs) {
        return new Source(
                "lab",
                Set.of("ward-3"),
                List.of(proofs),
                Source.Format.FHIR,
                Optional.empty(),
                60,
                Optional.empty(),
                Map.of(),
                Optional.empty(),
                Set.of());
    }

    private static Shown shown(String authorization) {
        return new Shown(
                Optional.of(authorization),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                BODY);
    }

    private static Shown signed(Secret key, Instant at, Optional<String> id, ByteString body) {
        String timestamp = Long.toString(at.getEpochSecond());
        var unsigned =
                new Shown(Optional.empty(), Optional.of(timestamp), Optional.empty(), id, Optional.empty(), body);
        String signature = HexFormat.of().formatHex(Gatekeeper.sign(key, timestamp, unsigned));
        return new Shown(
                Optional.empty(),
                Optional.of(timestamp),
                Optional.of("sha256=" + signature),
                id,
                Optional.empty(),
                body);
    }

    private static boolean isKnown(Source source, Shown shown) {
        return Gatekeeper.judge(source, shown, NOW) instanceof Gatekeeper.Answer.Known;
    }

    @Test
    void the_new_and_the_old_token_count() {
        Source source = source(new Proof.Bearer(List.of(NEW, OLD)));

        assertThat(isKnown(source, shown("Bearer " + NEW.reveal()))).isTrue();
        assertThat(isKnown(source, shown("bearer " + OLD.reveal()))).isTrue();
        assertThat(isKnown(source, shown("Bearer " + OLD.reveal() + "x"))).isFalse();
        assertThat(isKnown(source, shown("Basic " + OLD.reveal()))).isFalse();
        assertThat(isKnown(source, shown("Bearer "))).isFalse();
    }

    @Test
    void a_login_counts_whole() {
        Source source = source(new Proof.Basic(List.of(new Secret("lab:a-long-password-1"))));

        String good = Base64.getEncoder().encodeToString("lab:a-long-password-1".getBytes(StandardCharsets.UTF_8));
        assertThat(isKnown(source, shown("Basic " + good))).isTrue();
        assertThat(isKnown(source, shown("Basic bGFiOg=="))).isFalse();
        assertThat(isKnown(source, shown("Basic !"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"0, true", "299, true", "-299, true", "301, false", "-301, false"})
    void a_signature_counts_within_five_minutes(long seconds, boolean known) {
        Source source = source(new Proof.Hmac(List.of(NEW)));

        assertThat(isKnown(source, signed(NEW, NOW.plus(Duration.ofSeconds(seconds)), Optional.empty(), BODY)))
                .isEqualTo(known);
    }

    @Test
    void a_signature_is_of_the_body_the_id_and_the_key() {
        Source source = source(new Proof.Hmac(List.of(NEW)));
        Shown good = signed(NEW, NOW, Optional.of("a"), BODY);

        assertThat(isKnown(source, good)).isTrue();
        assertThat(isKnown(source, signed(OLD, NOW, Optional.of("a"), BODY))).isFalse();
        assertThat(isKnown(source, with(good, Optional.of("b"), BODY))).isFalse();
        assertThat(isKnown(source, with(good, Optional.empty(), BODY))).isFalse();
        assertThat(isKnown(source, with(good, Optional.of("a"), ByteString.copyFromUtf8("{ }"))))
                .isFalse();
    }

    private static Shown with(Shown shown, Optional<String> id, ByteString body) {
        return new Shown(shown.authorization(), shown.timestamp(), shown.signature(), id, shown.certificate(), body);
    }

    @Test
    void every_proof_must_be_shown() {
        Source source = source(new Proof.Hmac(List.of(NEW)), new Proof.Certificate(List.of("ab".repeat(32))));
        Shown signed = signed(NEW, NOW, Optional.empty(), BODY);

        assertThat(isKnown(source, signed)).isFalse();
        assertThat(isKnown(
                        source,
                        new Shown(
                                signed.authorization(),
                                signed.timestamp(),
                                signed.signature(),
                                signed.id(),
                                Optional.of(new Shown.ClientCertificate("ab".repeat(32), "CN=lab")),
                                BODY)))
                .isTrue();
    }

    @Test
    void a_source_without_proof_is_never_known() {
        assertThat(isKnown(source(), shown("Bearer "))).isFalse();
    }

    @Test
    void secrets_print_nothing() {
        assertThat(source(new Proof.Bearer(List.of(NEW))).toString()).doesNotContain(NEW.reveal());
        assertThat(shown("Bearer " + NEW.reveal()).toString()).doesNotContain(NEW.reveal());
    }

    @Test
    void a_source_sends_so_many_a_minute_and_no_more() {
        var pace = new Pace(2, NOW);

        assertThat(pace.take(NOW)).isTrue();
        assertThat(pace.take(NOW)).isTrue();
        assertThat(pace.take(NOW)).isFalse();
        assertThat(pace.take(NOW.plusSeconds(30))).isTrue();
        assertThat(pace.take(NOW.plusSeconds(31))).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "source.a.formt=fhir;unknown key 'source.a.formt'",
                "sources.a.format=fhir;unknown key 'sources.a.format'",
                "source.a.format=xml;must be fhir, hl7v2 or json",
                "source.a.format=fhir;must be set",
                "source.a.format=json;must be set where format is json",
                "source.a.format=fhir\\nsource.a.bearer-file=token;facilities",
                "source.a.format=fhir\\nsource.a.bearer-file=open\\nsource.a.facilities=x;others cannot read",
                "source.a.format=fhir\\nsource.a.bearer-file=short\\nsource.a.facilities=x;at least 16 characters",
                "source.a.format=fhir\\nsource.a.bearer-file=none\\nsource.a.facilities=x;could not be read"
            })
    void a_wrong_file_of_sources_names_the_key_and_the_rule(String text, String rule) throws Exception {
        write("token", NEW.reveal(), "rw-------");
        write("open", NEW.reveal(), "rw-r--r--");
        write("short", "abc", "rw-------");
        Path file = Files.writeString(folder.resolve("sources.properties"), text.replace("\\n", "\n"));

        assertThatThrownBy(() -> SourcesFile.read(file))
                .isInstanceOf(SourceException.class)
                .hasMessageContaining(rule);
    }

    private void write(String name, String text, String permissions) throws Exception {
        Path file = Files.writeString(folder.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
