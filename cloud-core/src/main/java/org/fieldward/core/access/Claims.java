package org.fieldward.core.access;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What an issuer says of somebody.
 *
 * @param subject the issuer's own name for them
 * @param name as people call them, may be empty
 * @param facilities empty: none was named; one that is {@code *} stands for all
 * @param patient the only one whose data they may see
 */
public record Claims(
        String subject, String name, Set<Role> roles, Optional<Set<String>> facilities, Optional<String> patient) {

    public static final String ALL = "*";
    private static final Set<Role> OVERSEEING = EnumSet.of(Role.ADMINISTRATOR, Role.AUDITOR);

    public Claims {
        roles = Set.copyOf(roles);
        facilities = facilities.map(Set::copyOf);
    }

    /**
     * Who has no facility named sees nothing of any, but for administrators, and for auditors who are nothing else: theirs is
     * the whole.
     */
    public Caller caller() {
        return new Caller(subject, name, roles, sight());
    }

    private Sight sight() {
        if (patient.isPresent()) {
            return Sight.ofPatient(patient.get());
        }
        if (facilities.isPresent()) {
            return facilities.get().contains(ALL) ? Sight.EVERYTHING : Sight.of(facilities.get());
        }
        boolean oversees = roles.contains(Role.ADMINISTRATOR) || (!roles.isEmpty() && OVERSEEING.containsAll(roles));
        return oversees ? Sight.EVERYTHING : Sight.of(Set.of());
    }
}
