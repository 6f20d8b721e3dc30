package org.fieldward.core.distribution.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.server.exceptions.ResourceGoneException;
import java.util.TreeSet;
import org.fieldward.core.chart.search.ServedTypes;
import org.fieldward.core.distribution.rest.Desktop.Reply;
import org.fieldward.core.fhir.FullValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HAPI's own client in a session with every type; and what is written comes back as it was. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SessionTest {

    private final Desktop desk = new Desktop();
    private final IGenericClient client = desk.client();

    @AfterAll
    void close() {
        desk.close();
    }

    static Iterable<String> types() {
        return new TreeSet<>(Examples.small().keySet());
    }

    @Test
    void there_is_an_example_of_every_type_that_can_be_written() {
        var served = new TreeSet<>(ServedTypes.ALL);
        // These two are made, of what was done and of readings.
        served.remove("AuditEvent");
        served.remove("DeviceMetric");
        assertThat(Examples.small().keySet()).isEqualTo(served);
    }

    @ParameterizedTest
    @MethodSource("types")
    void every_type_is_created_read_changed_patched_found_and_deleted(String type) {
        var example = (Resource) FullValidator.CONTEXT
                .newJsonParser()
                .parseResource(Examples.small().get(type));

        MethodOutcome made = client.create().resource(example).execute();
        assertThat(made.getCreated()).isTrue();
        IIdType id = made.getId();
        assertThat(id.getVersionIdPart()).isEqualTo("1");
        IIdType plain = id.toUnqualifiedVersionless();
        var read = (Resource) client.read().resource(type).withId(plain).execute();
        assertThat(text(read)).isEqualTo(text(example));

        if (read instanceof Binary binary) {
            // The client sends a Binary as its bare content.
            binary.setData(new byte[] {1});
        }
        read.getMeta().addTag("urn:tags", "seen", "Seen");
        assertThat(client.update().resource(read).execute().getId().getVersionIdPart())
                .isEqualTo("2");
        client.patch()
                .withBody("[{\"op\":\"add\",\"path\":\"/language\",\"value\":\"en\"}]")
                .withId(plain)
                .execute();
        var newest = (Resource) client.read().resource(type).withId(plain).execute();
        assertThat(newest.getLanguage()).isEqualTo("en");
        assertThat(newest.getMeta().getVersionId()).isEqualTo("3");
        IBaseResource first = client.read()
                .resource(type)
                .withIdAndVersion(plain.getIdPart(), "1")
                .execute();
        assertThat(text((Resource) first)).isEqualTo(text(example));
        assertThat(client.history()
                        .onInstance(plain)
                        .andReturnBundle(Bundle.class)
                        .execute()
                        .getEntry())
                .hasSize(3);
        if (!type.equals("Observation")) {
            assertThat(client.search()
                            .byUrl(type + "?_id=" + plain.getIdPart())
                            .returnBundle(Bundle.class)
                            .execute()
                            .getEntry())
                    // A remark on the search may stand beside what was found.
                    .filteredOn(entry -> entry.getSearch().getMode() == SearchEntryMode.MATCH)
                    .hasSize(1);
        }
        client.delete().resourceById(plain).execute();
        assertThatThrownBy(() -> client.read().resource(type).withId(plain).execute())
                .isInstanceOf(ResourceGoneException.class);
    }

    private static String text(Resource resource) {
        Resource copy = resource.copy();
        copy.setMeta(null);
        copy.setIdElement(null);
        return FullValidator.CONTEXT.newJsonParser().encodeResourceToString(copy);
    }

    @ParameterizedTest
    @ValueSource(strings = {Examples.RICH_OBSERVATION, Examples.RICH_PATIENT, Examples.RICH_BUNDLE})
    void what_is_written_comes_back_canonically_equal(String rich) {
        String sent = Examples.json(rich);
        String type = Examples.tree(sent).path("resourceType").asText();

        Reply made = desk.send("POST", "/" + type, sent);
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String stored = desk.get("/" + type + "/" + made.id()).text();

        // What the server adds.
        String own = stored.replace("\"id\":\"" + made.id() + "\",", "")
                .replaceFirst("\"versionId\":\"1\",\"lastUpdated\":\"[^\"]*\",?", "")
                .replace("\"meta\":{},", "");
        assertThat(Numbers.canonical(own).lines().toList())
                .isEqualTo(Numbers.canonical(sent).lines().toList());
    }

    @Test
    void a_binary_is_its_content_or_a_resource_as_the_client_asks() {
        byte[] content = {1, 2, 3, 0, -1};
        Reply made =
                desk.bytes("POST", "/Binary", content, "application/octet-stream", "Accept", "application/fhir+json");
        assertThat(made.status()).as(made.text()).isEqualTo(201);

        Reply raw = desk.get("/Binary/" + made.id());
        assertThat(raw.response().body()).isEqualTo(content);
        assertThat(raw.header("Content-Type")).contains("application/octet-stream");
        assertThat(raw.header("Content-Disposition")).contains("attachment");
        Reply wrapped = desk.get("/Binary/" + made.id(), "Accept", "application/fhir+json");
        assertThat(wrapped.json().path("data").asText()).isEqualTo("AQIDAP8=");
        Reply pdf = desk.bytes("PUT", "/Binary/" + made.id(), "%PDF".getBytes(), "application/pdf", "Accept", "*/*");
        assertThat(pdf.status()).as(pdf.text()).isEqualTo(200);
        assertThat(desk.get("/Binary/" + made.id()).header("Content-Type")).contains("application/pdf");
    }
}
