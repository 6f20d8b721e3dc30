package org.fieldward.core.distribution.rest.describe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.fieldward.core.access.Interaction;

/** The API as an OpenAPI 3.0.3 document (https://spec.openapis.org/oas/v3.0.3). */
public final class OpenApi {

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final String FHIR = "application/fhir+json";

    private OpenApi() {}

    static ObjectNode document(List<Served> served, String base) {
        ObjectNode document = JSON.objectNode();
        document.put("openapi", "3.0.3");
        document.putObject("info")
                .put("title", "Fieldward core, FHIR R4")
                .put("version", "4.0.1")
                .put(
                        "description",
                        "Bodies are FHIR R4 resources, https://hl7.org/fhir/R4/. Failures are OperationOutcomes.");
        document.putArray("servers").addObject().put("url", base);
        ObjectNode paths = document.putObject("paths");
        get(paths.putObject("/metadata"), "what the API can do, as a CapabilityStatement", "system");
        post(paths.putObject("/"), "a transaction or batch Bundle", "system");
        get(paths.putObject("/_history"), "what changed, newest first", "system");
        served.forEach(type -> add(paths, type));
        ObjectNode components = document.putObject("components");
        components
                .putObject("schemas")
                .putObject("Resource")
                .put("type", "object")
                .put("description", "a FHIR R4 resource")
                .putArray("required")
                .add("resourceType");
        ((ObjectNode) components.get("schemas").get("Resource"))
                .putObject("properties")
                .putObject("resourceType")
                .put("type", "string");
        components
                .putObject("securitySchemes")
                .putObject("bearer")
                .put("type", "http")
                .put("scheme", "bearer");
        document.putArray("security").addObject().putArray("bearer");
        return document;
    }

    private static void add(ObjectNode paths, Served served) {
        String type = served.type();
        ObjectNode ofType = paths.putObject("/" + type);
        if (served.can(Interaction.SEARCH)) {
            ArrayNode parameters = get(ofType, "search " + type, type).putArray("parameters");
            served.parameters().forEach(parameter -> query(parameters, parameter.name(), parameter.meaning()));
            query(parameters, "_count", "resources on a page");
        }
        if (served.can(Interaction.CREATE)) {
            post(ofType, "create " + type, type);
        }
        ObjectNode ofOne = paths.putObject("/" + type + "/{id}");
        path(ofOne, "id");
        if (served.can(Interaction.READ)) {
            get(ofOne, "read " + type, type);
        }
        if (served.can(Interaction.UPDATE)) {
            body(operation(ofOne, "put", "update " + type + ", or create it under this id", type), FHIR);
        }
        if (served.can(Interaction.PATCH)) {
            ObjectNode patch = operation(ofOne, "patch", "change parts of " + type, type);
            body(patch, "application/json-patch+json");
            body(patch, FHIR);
        }
        if (served.can(Interaction.DELETE)) {
            operation(ofOne, "delete", "delete " + type, type);
        }
        if (served.can(Interaction.HISTORY)) {
            get(paths.putObject("/" + type + "/_history"), "what changed of " + type + ", newest first", type);
            ObjectNode history = paths.putObject("/" + type + "/{id}/_history");
            path(history, "id");
            get(history, "versions of one " + type + ", newest first", type);
        }
        if (served.can(Interaction.VREAD)) {
            ObjectNode version = paths.putObject("/" + type + "/{id}/_history/{version}");
            path(version, "id", "version");
            get(version, "one version of " + type, type);
        }
        for (Served.Operation deed : served.operations()) {
            if (deed.onType()) {
                get(paths.putObject("/" + type + "/" + deed.name()), deed.definition(), type);
            }
            if (deed.onInstance()) {
                ObjectNode one = paths.putObject("/" + type + "/{id}/" + deed.name());
                path(one, "id");
                get(one, deed.definition(), type);
            }
        }
    }

    private static ObjectNode get(ObjectNode path, String summary, String tag) {
        return operation(path, "get", summary, tag);
    }

    private static void post(ObjectNode path, String summary, String tag) {
        body(operation(path, "post", summary, tag), FHIR);
    }

    private static ObjectNode operation(ObjectNode path, String method, String summary, String tag) {
        ObjectNode operation = path.putObject(method).put("summary", summary);
        operation.putArray("tags").add(tag);
        ObjectNode responses = operation.putObject("responses");
        resource(responses.putObject("2XX").put("description", "done"));
        resource(responses.putObject("default").put("description", "an OperationOutcome with element and rule"));
        return operation;
    }

    private static void body(ObjectNode operation, String type) {
        ObjectNode schema = operation
                .withObject("/requestBody")
                .put("required", true)
                .withObject("/content")
                .putObject(type)
                .putObject("schema");
        if (type.equals(FHIR)) {
            schema.put("$ref", "#/components/schemas/Resource");
        } else {
            schema.put("type", "array").putObject("items").put("type", "object");
        }
    }

    private static void resource(ObjectNode response) {
        response.putObject("content").putObject(FHIR).putObject("schema").put("$ref", "#/components/schemas/Resource");
    }

    private static void query(ArrayNode parameters, String name, String meaning) {
        parameters
                .addObject()
                .put("name", name)
                .put("in", "query")
                .put("description", meaning)
                .putObject("schema")
                .put("type", "string");
    }

    private static void path(ObjectNode path, String... names) {
        ArrayNode parameters = path.putArray("parameters");
        for (String name : names) {
            parameters
                    .addObject()
                    .put("name", name)
                    .put("in", "path")
                    .put("required", true)
                    .putObject("schema")
                    .put("type", "string");
        }
    }
}
