package org.fieldward.core.distribution;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.fieldward.core.access.person.People;
import org.fieldward.proto.password.PasswordHash;

/** People in memory. */
public final class MemoryPeople implements People {

    private record Code(String person, Instant until) {}

    private final Map<String, Person> people = new TreeMap<>();
    private final Map<String, Code> codes = new HashMap<>();
    private boolean any;

    @Override
    public synchronized Added put(Person person, Instant now) {
        any = true;
        return people.put(person.name(), person) == null ? Added.ADDED : Added.CHANGED;
    }

    @Override
    public synchronized Optional<Person> find(String name) {
        return Optional.ofNullable(people.get(name));
    }

    @Override
    public synchronized List<Person> all() {
        return List.copyOf(people.values());
    }

    @Override
    public synchronized boolean any() {
        return any;
    }

    @Override
    public synchronized boolean remove(String name, Instant now) {
        return people.remove(name) != null;
    }

    @Override
    public synchronized boolean changePassword(String name, PasswordHash password) {
        return people.computeIfPresent(
                        name, (same, person) -> new Person(same, password, person.roles(), person.facilities()))
                != null;
    }

    @Override
    public synchronized void putCode(String code, String person, Instant until) {
        codes.put(code, new Code(person, until));
    }

    @Override
    public synchronized Optional<Person> useCode(String code, Instant now) {
        return Optional.ofNullable(codes.remove(code))
                .filter(known -> now.isBefore(known.until()))
                .flatMap(known -> find(known.person()));
    }
}
