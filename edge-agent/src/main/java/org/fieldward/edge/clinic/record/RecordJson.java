package org.fieldward.edge.clinic.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.fieldward.edge.buffer.document.Remembered;

/** What is said about recorded events, as JSON. */
public final class RecordJson {

    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private RecordJson() {}

    /**
     * @param patientSystem of the identifiers that the ward writes down
     * @param coreTooOld whether those that wait do so for an update of the core
     */
    public static byte[] list(List<Remembered> events, String patientSystem, boolean coreTooOld) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("patientSystem", patientSystem);
        root.put("coreTooOld", coreTooOld);
        ArrayNode list = root.putArray("events");
        events.forEach(event -> list.add(told(event)));
        return bytes(root);
    }

    public static byte[] known(Remembered event) {
        return bytes(told(event));
    }

    public static byte[] kept(long number, String id) {
        return bytes(MAPPER.createObjectNode()
                .put("number", number)
                .put("id", id)
                .put("state", "kept")
                .put("where", words(Remembered.State.KEPT)));
    }

    public static byte[] refused(List<Fault> faults) {
        ObjectNode root = MAPPER.createObjectNode();
        ArrayNode list = root.putArray("issues");
        faults.forEach(fault -> list.addObject().put("element", fault.element()).put("rule", fault.rule()));
        return bytes(root);
    }

    public static byte[] refused(String rule) {
        return refused(List.of(new Fault("", rule)));
    }

    private static ObjectNode told(Remembered event) {
        ObjectNode node = MAPPER.createObjectNode();
        node.put("number", event.sequence());
        node.put("id", event.id());
        node.put("purpose", event.purpose().word());
        node.put("kind", event.kind());
        node.put("recorder", event.recorder());
        node.put("recordedAt", event.recordedAt().toString());
        node.put("state", word(event.state()));
        node.put("where", words(event.state()));
        if (!event.detail().isEmpty()) {
            node.put("detail", event.detail());
        }
        return node;
    }

    private static String word(Remembered.State state) {
        return switch (state) {
            case KEPT -> "kept";
            case ARRIVED -> "arrived";
            case TAKEN -> "taken";
            case REFUSED -> "refused";
        };
    }

    private static String words(Remembered.State state) {
        return switch (state) {
            case KEPT -> "stored here, not yet at the centre";
            case ARRIVED -> "at the centre, which has not answered yet";
            case TAKEN -> "at the centre, and in the chart";
            case REFUSED -> "refused at the centre, where it waits for somebody to look";
        };
    }

    private static byte[] bytes(ObjectNode node) {
        try {
            return MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree in memory can be written", e);
        }
    }
}
