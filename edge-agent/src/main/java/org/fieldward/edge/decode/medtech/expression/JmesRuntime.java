package org.fieldward.edge.decode.medtech.expression;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.burt.jmespath.JmesPathType;
import io.burt.jmespath.RuntimeConfiguration;
import io.burt.jmespath.jackson.JacksonRuntime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The library over our trees, each of its looks paid from the payload's budget. Thread-safe. */
final class JmesRuntime extends JacksonRuntime {

    static final JmesRuntime SHARED = new JmesRuntime();

    /** The library has no place for it in its calls. */
    private final ThreadLocal<Budget> budget = ThreadLocal.withInitial(Budget::new);

    private JmesRuntime() {
        super(
                RuntimeConfiguration.builder()
                        .withFunctionRegistry(Functions.registry())
                        .build(),
                JsonMapper.builder()
                        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                        .build());
    }

    <T> T spending(Budget of, Supplier<T> work) {
        budget.set(of);
        try {
            return work.get();
        } finally {
            budget.remove();
        }
    }

    @Override
    public JmesPathType typeOf(JsonNode node) {
        budget.get().spend(1);
        return super.typeOf(node);
    }

    @Override
    public List<JsonNode> toList(JsonNode node) {
        budget.get().spend(1 + node.size());
        return super.toList(node);
    }

    @Override
    public JsonNode getProperty(JsonNode node, JsonNode name) {
        budget.get().spend(1);
        return super.getProperty(node, name);
    }

    @Override
    public Collection<JsonNode> getPropertyNames(JsonNode node) {
        budget.get().spend(1 + node.size());
        return super.getPropertyNames(node);
    }

    @Override
    public JsonNode createArray(Collection<JsonNode> elements) {
        budget.get().spend(1 + elements.size());
        return super.createArray(elements);
    }

    @Override
    public JsonNode createObject(Map<JsonNode, JsonNode> members) {
        budget.get().spend(1 + members.size());
        return super.createObject(members);
    }

    @Override
    public JsonNode createString(String text) {
        budget.get().spend(1 + text.length());
        return super.createString(text);
    }
}
