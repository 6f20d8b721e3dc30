package org.fieldward.edge.ingest.topic;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the subscriptions that match a topic without looking at all of them. Each owner has one entry per filter. Not
 * thread-safe.
 */
final class TopicTree<K, V> {

    private static final class Node<K, V> {
        private final Map<String, Node<K, V>> children = new HashMap<>();
        private final Map<K, V> entries = new LinkedHashMap<>();

        boolean isEmpty() {
            return children.isEmpty() && entries.isEmpty();
        }
    }

    private final Node<K, V> root = new Node<>();

    /** What stood there before. */
    Optional<V> put(TopicFilter filter, K owner, V value) {
        Node<K, V> node = root;
        for (String level : filter.levels()) {
            node = node.children.computeIfAbsent(level, name -> new Node<>());
        }
        return Optional.ofNullable(node.entries.put(owner, value));
    }

    Optional<V> remove(TopicFilter filter, K owner) {
        return remove(root, filter.levels(), 0, owner);
    }

    private Optional<V> remove(Node<K, V> node, List<String> levels, int depth, K owner) {
        if (depth == levels.size()) {
            return Optional.ofNullable(node.entries.remove(owner));
        }
        Node<K, V> child = node.children.get(levels.get(depth));
        if (child == null) {
            return Optional.empty();
        }
        Optional<V> removed = remove(child, levels, depth + 1, owner);
        if (child.isEmpty()) {
            node.children.remove(levels.get(depth));
        }
        return removed;
    }

    Collection<V> matches(String topic) {
        var found = new ArrayList<V>();
        collect(root, TopicFilter.split(topic), 0, found);
        return found;
    }

    boolean hasMatch(String topic) {
        return !root.isEmpty() && hasMatch(root, TopicFilter.split(topic), 0);
    }

    private boolean hasMatch(Node<K, V> node, List<String> names, int depth) {
        boolean hidden = depth == 0 && names.getFirst().startsWith("$");
        Node<K, V> rest = node.children.get(TopicFilter.REST);
        if (!hidden && rest != null && !rest.entries.isEmpty()) {
            return true;
        }
        if (depth == names.size()) {
            return !node.entries.isEmpty();
        }
        Node<K, V> exact = node.children.get(names.get(depth));
        Node<K, V> any = hidden ? null : node.children.get(TopicFilter.ONE);
        return (exact != null && hasMatch(exact, names, depth + 1)) || (any != null && hasMatch(any, names, depth + 1));
    }

    private void collect(Node<K, V> node, List<String> names, int depth, List<V> found) {
        boolean hidden = depth == 0 && names.getFirst().startsWith("$");
        if (!hidden) {
            Node<K, V> rest = node.children.get(TopicFilter.REST);
            if (rest != null) {
                found.addAll(rest.entries.values());
            }
        }
        if (depth == names.size()) {
            found.addAll(node.entries.values());
            return;
        }
        Node<K, V> exact = node.children.get(names.get(depth));
        if (exact != null) {
            collect(exact, names, depth + 1, found);
        }
        Node<K, V> any = node.children.get(TopicFilter.ONE);
        if (any != null && !hidden) {
            collect(any, names, depth + 1, found);
        }
    }
}
