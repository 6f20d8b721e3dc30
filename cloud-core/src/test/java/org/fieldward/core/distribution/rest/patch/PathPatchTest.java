package org.fieldward.core.distribution.rest.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.io.InputStream;
import java.io.StringWriter;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** What each operation of a FHIRPath Patch makes of a resource, and what it refuses. */
final class PathPatchTest {

    private static final FhirContext CONTEXT = FhirContext.forR4Cached();

    private static final String PATIENT = "{'resourceType':'Patient','id':'p1','active':true,"
            + "'identifier':[{'system':'urn:a','value':'1'},{'system':'urn:b','value':'2'},{'system':'urn:c','value':'3'}],"
            + "'name':[{'family':'Frey','given':['Ann','Bea']}],'gender':'female','birthDate':'1980-05-01',"
            + "'contact':[{'name':{'text':'Mother'},'gender':'unknown'}]}";

    private static <T extends Resource> T parse(Class<T> type, String json) {
        return CONTEXT.newJsonParser().parseResource(type, json.replace('\'', '"'));
    }

    /** @param parts behind the type, each a part of the operation */
    private static String operation(String type, String... parts) {
        return "{'name':'operation','part':[{'name':'type','valueCode':'" + type + "'}," + String.join(",", parts)
                + "]}";
    }

    private static String path(String path) {
        return "{'name':'path','valueString':'" + path + "'}";
    }

    private static String name(String name) {
        return "{'name':'name','valueString':'" + name + "'}";
    }

    private static String number(String name, int value) {
        return "{'name':'" + name + "','valueInteger':" + value + "}";
    }

    /** @param json such as {@code 'valueDate':'1990-01-01'} */
    private static String value(String json) {
        return "{'name':'value'," + json + "}";
    }

    private static String patched(String... operations) {
        return of(PATIENT, operations);
    }

    private static String of(String resource, String... operations) {
        Resource before = (Resource) CONTEXT.newJsonParser().parseResource(resource.replace('\'', '"'));
        String unchanged = CONTEXT.newJsonParser().encodeResourceToString(before);
        String text = "{'resourceType':'Parameters','parameter':[" + String.join(",", operations) + "]}";
        Resource after = PathPatch.apply(CONTEXT, parameters(text), before);
        assertThat(CONTEXT.newJsonParser().encodeResourceToString(before))
                .as("what was given")
                .isEqualTo(unchanged);
        return CONTEXT.newJsonParser().encodeResourceToString(after).replace('"', '\'');
    }

    /** A path's own quotation marks are written {@code `}. */
    private static Parameters parameters(String text) {
        return CONTEXT.newJsonParser()
                .parseResource(Parameters.class, text.replace('\'', '"').replace('`', '\''));
    }

    private static int refused(String... operations) {
        try {
            return patched(operations).isEmpty() ? 0 : 200;
        } catch (BaseServerResponseException e) {
            return e.getStatusCode();
        }
    }

    @Test
    void add_appends_to_a_list_and_fills_what_is_not_there_whatever_its_type() {
        assertThat(patched(operation(
                        "add", path("Patient"), name("identifier"), value("'valueIdentifier':{'value':'4'}"))))
                .contains("'value':'3'},{'value':'4'}]");
        assertThat(patched(operation("add", path("Patient.name[0]"), name("given"), value("'valueString':'Cleo'"))))
                .contains("'given':['Ann','Bea','Cleo']");
        assertThat(patched(operation("add", path("Patient"), name("deceased"), value("'valueBoolean':true"))))
                .contains("'deceasedBoolean':true");
        assertThat(patched(operation(
                        "add", path("Patient"), name("maritalStatus"), value("'valueCodeableConcept':{'text':'x'}"))))
                .contains("'maritalStatus':{'text':'x'}");
        assertThat(refused(operation("add", path("Patient"), name("gender"), value("'valueCode':'male'"))))
                .as("is there already")
                .isEqualTo(422);
    }

    @Test
    void what_has_no_type_of_its_own_comes_in_parts() {
        String contact = value(
                "'part':[{'name':'name','valueHumanName':{'text':'Father'}},"
                        + "{'name':'gender','valueCode':'male'},"
                        + "{'name':'telecom','valueContactPoint':{'value':'1'}},{'name':'telecom','valueContactPoint':{'value':'2'}}]");
        assertThat(patched(operation("add", path("Patient"), name("contact"), contact)))
                .contains("{'name':{'text':'Father'},'telecom':[{'value':'1'},{'value':'2'}],'gender':'male'}");
        assertThat(patched(operation("replace", path("Patient.contact[0]"), contact)))
                .doesNotContain("Mother")
                .contains("Father");
        String wrong = value("'part':[{'name':'colour','valueCode':'blue'}]");
        assertThat(refused(operation("add", path("Patient"), name("contact"), wrong)))
                .isEqualTo(422);
    }

    @ParameterizedTest
    @CsvSource({"0,4123", "1,1423", "3,1234"})
    void insert_puts_before_what_has_that_index(int index, String order) {
        assertThat(order(patched(operation(
                        "insert",
                        path("Patient.identifier"),
                        number("index", index),
                        value("'valueIdentifier':{'value':'4'}")))))
                .isEqualTo(order);
    }

    @ParameterizedTest
    @CsvSource({"0,2,231", "2,0,312", "1,1,123", "0,1,213"})
    void move_takes_from_its_place_and_puts_where_it_is_to_stand(int from, int to, String order) {
        assertThat(order(patched(operation(
                        "move", path("Patient.identifier"), number("source", from), number("destination", to)))))
                .isEqualTo(order);
    }

    private static String order(String patient) {
        var order = new StringBuilder();
        parse(org.hl7.fhir.r4.model.Patient.class, patient)
                .getIdentifier()
                .forEach(one -> order.append(one.getValue()));
        return order.toString();
    }

    @Test
    void delete_takes_one_element_away_and_what_is_not_there_needs_none() {
        assertThat(patched(operation("delete", path("Patient.birthDate")))).doesNotContain("birthDate");
        assertThat(order(patched(operation("delete", path("Patient.identifier[1]")))))
                .isEqualTo("13");
        assertThat(order(patched(operation("delete", path("Patient.identifier.where(system = `urn:c`)")))))
                .isEqualTo("12");
        assertThat(patched(operation("delete", path("Patient.name[0].given[0]"))))
                .contains("'given':['Bea']");
        assertThat(patched(operation("delete", path("Patient.maritalStatus")))).contains("'gender':'female'");
        assertThat(refused(operation("delete", path("Patient.identifier"))))
                .as("which of three")
                .isEqualTo(422);
    }

    @Test
    void replace_puts_another_value_in_the_place_of_one() {
        assertThat(patched(operation("replace", path("Patient.birthDate"), value("'valueDate':'1990-01-01'"))))
                .contains("'birthDate':'1990-01-01'");
        assertThat(patched(operation("replace", path("Patient.gender"), value("'valueCode':'male'"))))
                .contains("'gender':'male'");
        assertThat(patched(operation("replace", path("Patient.contact[0].gender"), value("'valueString':'other'"))))
                .as("a string is taken for a code")
                .contains("'gender':'other'");
        assertThat(patched(operation(
                        "replace", path("Patient.name.given.where($this = `Ann`)"), value("'valueString':'Zoe'"))))
                .contains("'given':['Zoe','Bea']");
        assertThat(of(
                        "{'resourceType':'Observation','status':'final','code':{'text':'x'},'valueString':'high'}",
                        operation("replace", path("Observation.value"), value("'valueQuantity':{'value':1.50}"))))
                .contains("'valueQuantity':{'value':1.50}")
                .doesNotContain("valueString");
        assertThat(refused(operation("replace", path("Patient.maritalStatus"), value("'valueString':'x'"))))
                .as("nothing is there")
                .isEqualTo(422);
        assertThat(refused(operation("replace", path("Patient.birthDate"), value("'valueHumanName':{'text':'x'}"))))
                .isEqualTo(422);
    }

    @Test
    void extensions_of_a_primitive_are_elements_too() {
        String added = patched(operation(
                "add",
                path("Patient.birthDate"),
                name("extension"),
                value("'valueExtension':{'url':'urn:e','valueString':'x'}")));
        assertThat(added).contains("'_birthDate':{'extension':[{'url':'urn:e','valueString':'x'}]}");
        assertThat(of(added, operation("delete", path("Patient.birthDate.extension(`urn:e`)"))))
                .isEqualTo(patched(operation("delete", path("Patient.photo"))));
    }

    @Test
    void operations_follow_one_another() {
        assertThat(patched(
                        operation(
                                "add",
                                path("Patient"),
                                name("contact"),
                                value("'part':[{'name':'gender','valueCode':'male'}]")),
                        operation(
                                "add",
                                path("Patient.contact[1]"),
                                name("name"),
                                value("'valueHumanName':{'text':'F'}")),
                        operation("delete", path("Patient.contact[0]"))))
                .contains("'contact':[{'name':{'text':'F'},'gender':'male'}]");
    }

    /** Of HL7's test cases those that change; what differs between resources is not for a patch to say. */
    static Stream<Arguments> cases() throws Exception {
        var builder = DocumentBuilderFactory.newInstance();
        builder.setNamespaceAware(true);
        try (InputStream in =
                PathPatchTest.class.getResourceAsStream("/org/hl7/fhir/testcases/r4/patch/fhir-patch-tests.xml")) {
            NodeList cases = builder.newDocumentBuilder().parse(in).getElementsByTagName("case");
            return IntStream.range(0, cases.getLength())
                    .mapToObj(i -> (Element) cases.item(i))
                    .map(one -> Arguments.of(
                            one.getAttribute("name"),
                            resource(one, "input"),
                            resource(one, "diff"),
                            resource(one, "output")));
        }
    }

    private static String resource(Element one, String name) {
        NodeList inside = one.getElementsByTagName(name);
        if (inside.getLength() == 0) {
            return "";
        }
        NodeList children = inside.item(0).getChildNodes();
        for (int i = 0; i < children.getLength(); i++) {
            if (children.item(i) instanceof Element resource) {
                var text = new StringWriter();
                try {
                    TransformerFactory.newInstance()
                            .newTransformer()
                            .transform(new DOMSource(resource), new StreamResult(text));
                } catch (TransformerException e) {
                    throw new IllegalStateException(e);
                }
                return text.toString();
            }
        }
        return "";
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void each_of_hl7s_test_cases_comes_out_as_it_says(String name, String input, String diff, String output) {
        var before = (Resource) CONTEXT.newXmlParser().parseResource(input);
        var patch = CONTEXT.newXmlParser().parseResource(Parameters.class, diff);
        if (output.isEmpty()) {
            assertThatThrownBy(() -> PathPatch.apply(CONTEXT, patch, before))
                    .isInstanceOf(BaseServerResponseException.class);
            return;
        }
        assertThat(CONTEXT.newJsonParser().encodeResourceToString(PathPatch.apply(CONTEXT, patch, before)))
                .isEqualTo(CONTEXT.newJsonParser()
                        .encodeResourceToString(CONTEXT.newXmlParser().parseResource(output)));
    }

    @Test
    void what_is_no_patch_is_refused_and_so_is_a_path_that_would_run_for_ever() {
        assertThat(refused(operation("turn", path("Patient")))).isEqualTo(400);
        assertThat(refused(operation("delete", path("Patient.(")))).isEqualTo(400);
        assertThat(refused(operation("delete", path("Patient.repeat($this)")))).isEqualTo(400);
        assertThat(refused(operation("delete", path("Patient.where(name.family.matches(`(a+)+`))"))))
                .isEqualTo(400);
        assertThat(refused(operation("delete", path("%resource.descendants()"))))
                .isEqualTo(400);
        assertThat(refused(operation("add", path("Patient"), value("'valueString':'x'"))))
                .isEqualTo(400);
        assertThat(refused(operation("add", path("Patient"), name("colour"), value("'valueString':'x'"))))
                .isEqualTo(422);
        assertThat(refused(operation(
                        "insert",
                        path("Patient.identifier"),
                        number("index", 4),
                        value("'valueIdentifier':{'value':'4'}"))))
                .isEqualTo(422);
        assertThat(refused(
                        operation("move", path("Patient.identifier"), number("source", 3), number("destination", 0))))
                .isEqualTo(422);
        assertThat(refused(
                        operation("insert", path("Patient.gender"), number("index", 0), value("'valueCode':'male'"))))
                .isEqualTo(422);
        assertThat(refused(operation("replace", path("`text`"), value("'valueString':'x'"))))
                .as("leads to no element")
                .isEqualTo(422);
        assertThat(refused("{'name':'other'}")).isEqualTo(400);
    }
}
