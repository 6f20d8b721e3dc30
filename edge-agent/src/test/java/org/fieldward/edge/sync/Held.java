package org.fieldward.edge.sync;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Counts what objects of ours hold on to, whatever fields they will have. */
final class Held {

    private Held() {}

    /** Elements of all collections, maps and arrays that can be reached from these through classes of Fieldward. */
    static long elements(Object... roots) {
        Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Object> open = new ArrayDeque<>();
        for (Object root : roots) {
            open.add(root);
        }
        long elements = 0;
        while (!open.isEmpty()) {
            Object one = open.pop();
            if (!seen.add(one)) {
                continue;
            }
            if (one instanceof Collection<?> collection) {
                elements += collection.size();
                collection.forEach(element -> push(open, element));
            } else if (one instanceof Map<?, ?> map) {
                elements += map.size();
                map.values().forEach(value -> push(open, value));
            } else if (one.getClass().isArray()) {
                elements += Array.getLength(one);
                for (int i = 0; i < Array.getLength(one); i++) {
                    push(open, Array.get(one, i));
                }
            } else if (one.getClass().getName().startsWith("org.fieldward.")
                    && !one.getClass().isHidden()) {
                pushFields(open, one);
            }
        }
        return elements;
    }

    private static void pushFields(Deque<Object> open, Object one) {
        for (Field field : one.getClass().getDeclaredFields()) {
            if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                try {
                    field.setAccessible(true);
                    push(open, field.get(one));
                } catch (IllegalAccessException e) {
                    throw new AssertionError("a field of ours is closed: " + field, e);
                }
            }
        }
    }

    private static void push(Deque<Object> open, @Nullable Object one) {
        if (one != null) {
            open.push(one);
        }
    }
}
