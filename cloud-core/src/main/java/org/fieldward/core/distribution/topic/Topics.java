package org.fieldward.core.distribution.topic;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.distribution.source.Subject.Word;

/** The topics that there are. Immutable. */
public final class Topics {

    private static final String FILE = "/org/fieldward/core/distribution/topic/topics.json";

    private final List<Topic> topics;

    private Topics(List<Topic> topics) {
        this.topics = List.copyOf(topics);
    }

    /** Those that come with the core. */
    public static Topics standard() {
        try (InputStream in = Objects.requireNonNull(Topics.class.getResourceAsStream(FILE))) {
            var topics = new ArrayList<Topic>();
            for (JsonNode node : new ObjectMapper().readTree(in)) {
                topics.add(topic(node));
            }
            return new Topics(topics);
        } catch (IOException e) {
            throw new UncheckedIOException("topics.json could not be read", e);
        }
    }

    private static Topic topic(JsonNode node) {
        Set<Word> when = EnumSet.noneOf(Word.class);
        node.path("when").forEach(word -> when.add(Word.valueOf(word.asText().toUpperCase(Locale.ROOT))));
        Set<String> filters = new LinkedHashSet<>();
        node.path("filters").forEach(filter -> filters.add(filter.asText()));
        return new Topic(
                node.path("url").asText(),
                node.path("title").asText(),
                node.path("resource").asText(),
                when,
                text(node, "is"),
                text(node, "becomes"),
                filters);
    }

    private static Optional<String> text(JsonNode node, String field) {
        return Optional.of(node.path(field).asText("")).filter(text -> !text.isEmpty());
    }

    public List<Topic> all() {
        return topics;
    }

    public Optional<Topic> find(String url) {
        return topics.stream().filter(topic -> topic.url().equals(url)).findFirst();
    }
}
