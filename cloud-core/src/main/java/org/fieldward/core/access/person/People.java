package org.fieldward.core.access.person;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.fieldward.core.access.Claims;
import org.fieldward.core.access.Role;
import org.fieldward.proto.password.PasswordHash;

/** Who may sign in here. Thread-safe. */
public interface People {

    Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._@-]{0,63}");

    /**
     * @param name what they sign in with, and what the audit calls them; never another person's, not even later
     * @param facilities empty: none was named
     */
    record Person(String name, PasswordHash password, Set<Role> roles, Optional<Set<String>> facilities) {
        public Person {
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException(
                        "a person's name must be 1 to 64 of a-z 0-9 . _ @ - and begin with a letter or digit");
            }
            if (roles.isEmpty()) {
                throw new IllegalArgumentException("a person must have a role");
            }
            roles = Set.copyOf(roles);
            facilities = facilities.map(Set::copyOf);
        }

        Claims claims() {
            return new Claims(name, name, roles, facilities, Optional.empty());
        }
    }

    /** What became of an addition. */
    enum Added {
        ADDED,
        /** The roles, facilities and password are the new ones; their sessions have ended. */
        CHANGED,
        /** Somebody had the name who was removed. */
        TAKEN
    }

    Added put(Person person, Instant now);

    Optional<Person> find(String name);

    List<Person> all();

    /** Whether anybody ever was added. */
    boolean any();

    /** Ends their sessions too; false where there is no such person. */
    boolean remove(String name, Instant now);

    /** False where there is no such person. */
    boolean changePassword(String name, PasswordHash password);

    void putCode(String code, String person, Instant until);

    /** The person whom a code is for; good once, and until its time. */
    Optional<Person> useCode(String code, Instant now);
}
