package org.fieldward.core.registry.trie;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map. {@link #with} and {@link #without} make another one that shares with this all but the path to one key, so
 * that a change costs by the logarithm of the size and whoever holds the former keeps it as it was. A hash array mapped trie
 * (Bagwell, Ideal Hash Trees, 2001) of 32 ways. In no particular order.
 */
public final class Trie<K, V> extends AbstractMap<K, V> {

    private static final int BITS = 5;
    private static final Trie<?, ?> EMPTY = new Trie<>(new Branch<>(0, List.of()), 0);

    private sealed interface Node<K, V> {}

    /** @param places bit n is set where there is something for the n-th way; so many are below, in that order */
    private record Branch<K, V>(int places, List<Node<K, V>> below) implements Node<K, V> {}

    /** @param entries one, or several whose keys have the same hash */
    private record Leaf<K, V>(int hash, List<Entry<K, V>> entries) implements Node<K, V> {}

    private final Branch<K, V> root;
    private final int size;

    private Trie(Branch<K, V> root, int size) {
        this.root = root;
        this.size = size;
    }

    @SuppressWarnings("unchecked")
    public static <K, V> Trie<K, V> empty() {
        // There is nothing in it that could be of another type.
        return (Trie<K, V>) EMPTY;
    }

    public static <K, V> Trie<K, V> of(Map<K, V> map) {
        Trie<K, V> all = empty();
        for (Entry<K, V> entry : map.entrySet()) {
            all = all.with(entry.getKey(), entry.getValue());
        }
        return all;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public @Nullable V get(@Nullable Object key) {
        if (key == null) {
            return null;
        }
        int hash = hash(key);
        Branch<K, V> at = root;
        for (int shift = 0; ; shift += BITS) {
            int way = way(hash, shift);
            if ((at.places & way) == 0) {
                return null;
            }
            switch (at.below.get(index(at.places, way))) {
                case Branch<K, V> branch -> at = branch;
                case Leaf<K, V> leaf -> {
                    return leaf.hash == hash ? value(leaf, key) : null;
                }
            }
        }
    }

    private static <K, V> @Nullable V value(Leaf<K, V> leaf, Object key) {
        for (Entry<K, V> entry : leaf.entries) {
            if (entry.getKey().equals(key)) {
                return entry.getValue();
            }
        }
        return null;
    }

    /** No value is null. */
    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    /** The same with this value for the key, whatever it had. */
    public Trie<K, V> with(K key, V value) {
        var leaf = new Leaf<K, V>(hash(key), List.of(Map.entry(key, value)));
        return new Trie<>(with(root, 0, leaf), containsKey(key) ? size : size + 1);
    }

    private static <K, V> Branch<K, V> with(Branch<K, V> branch, int shift, Leaf<K, V> added) {
        int way = way(added.hash, shift);
        int index = index(branch.places, way);
        var below = new ArrayList<>(branch.below);
        if ((branch.places & way) == 0) {
            below.add(index, added);
        } else {
            below.set(
                    index,
                    switch (below.get(index)) {
                        case Branch<K, V> deeper -> with(deeper, shift + BITS, added);
                        case Leaf<K, V> leaf -> together(leaf, shift + BITS, added);
                    });
        }
        return new Branch<>(branch.places | way, List.copyOf(below));
    }

    private static <K, V> Node<K, V> together(Leaf<K, V> leaf, int shift, Leaf<K, V> added) {
        if (leaf.hash != added.hash) {
            return with(new Branch<>(way(leaf.hash, shift), List.of(leaf)), shift, added);
        }
        Entry<K, V> entry = added.entries.getFirst();
        List<Entry<K, V>> entries = others(leaf, entry.getKey());
        entries.add(entry);
        return new Leaf<>(leaf.hash, List.copyOf(entries));
    }

    private static <K, V> List<Entry<K, V>> others(Leaf<K, V> leaf, Object key) {
        var others = new ArrayList<Entry<K, V>>(leaf.entries.size() + 1);
        for (Entry<K, V> entry : leaf.entries) {
            if (!entry.getKey().equals(key)) {
                others.add(entry);
            }
        }
        return others;
    }

    /** The same without the key. */
    public Trie<K, V> without(K key) {
        if (!containsKey(key)) {
            return this;
        }
        return new Trie<>(without(root, 0, hash(key), key), size - 1);
    }

    private static <K, V> Branch<K, V> without(Branch<K, V> branch, int shift, int hash, K key) {
        int way = way(hash, shift);
        int index = index(branch.places, way);
        boolean empty;
        Node<K, V> left;
        switch (branch.below.get(index)) {
            case Branch<K, V> deeper -> {
                Branch<K, V> rest = without(deeper, shift + BITS, hash, key);
                empty = rest.places == 0;
                left = rest;
            }
            case Leaf<K, V> leaf -> {
                List<Entry<K, V>> others = others(leaf, key);
                empty = others.isEmpty();
                left = new Leaf<>(hash, List.copyOf(others));
            }
        }
        var below = new ArrayList<>(branch.below);
        if (empty) {
            below.remove(index);
        } else {
            below.set(index, left);
        }
        return new Branch<>(empty ? branch.places & ~way : branch.places, List.copyOf(below));
    }

    /** Keys that differ in their upper half only shall not share the way. */
    private static int hash(Object key) {
        int hash = key.hashCode();
        return hash ^ (hash >>> 16);
    }

    /** The bit of the way that the hash takes at this depth; the last has only two bits left to tell. */
    private static int way(int hash, int shift) {
        return 1 << ((hash >>> shift) & 31);
    }

    private static int index(int places, int way) {
        return Integer.bitCount(places & (way - 1));
    }

    @Override
    public Set<Entry<K, V>> entrySet() {
        return new AbstractSet<>() {
            @Override
            public Iterator<Entry<K, V>> iterator() {
                return new Walk<>(root);
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    /** Over all that is below a branch. */
    private static final class Walk<K, V> implements Iterator<Entry<K, V>> {

        private final Deque<Iterator<Node<K, V>>> above = new ArrayDeque<>();
        private Iterator<Entry<K, V>> leaf = List.<Entry<K, V>>of().iterator();

        Walk(Branch<K, V> root) {
            above.push(root.below.iterator());
        }

        @Override
        public boolean hasNext() {
            while (!leaf.hasNext() && !above.isEmpty()) {
                if (!above.peek().hasNext()) {
                    above.pop();
                    continue;
                }
                switch (above.peek().next()) {
                    case Branch<K, V> branch -> above.push(branch.below.iterator());
                    case Leaf<K, V> next -> leaf = next.entries.iterator();
                }
            }
            return leaf.hasNext();
        }

        @Override
        public Entry<K, V> next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return leaf.next();
        }
    }
}
