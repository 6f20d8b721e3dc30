package org.fieldward.core.webhook.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PathTest {

    private static List<String> find(String path, String json) throws JsonProcessingException {
        JsonNode message = new ObjectMapper().readTree(json);
        return new Path(path)
                .find(message, message).stream().map(JsonNode::asText).toList();
    }

    @Test
    void a_filter_looks_into_the_elements_of_an_array() throws JsonProcessingException {
        String json = "{\"items\":[{\"code\":\"a\",\"value\":1},{\"code\":\"b\",\"value\":2}]}";

        assertThat(find("$.items[?(@.code=='b')].value", json)).containsExactly("2");
        assertThat(find("$.items[?(@.value<2)].code", json)).containsExactly("a");
    }

    @Test
    void an_object_in_a_filter_is_like_nothing_that_it_is_compared_with() throws JsonProcessingException {
        String json = "{\"items\":[{\"code\":{\"of\":\"b\"},\"value\":1},{\"code\":\"b\",\"value\":2}]}";

        assertThat(find("$.items[?(@.code=='b')].value", json)).containsExactly("2");
    }
}
