package org.fieldward.core.access;

import java.util.Set;

/**
 * Somebody who showed who they are.
 *
 * @param subject the issuer's own name for them, for the audit; never a patient's
 * @param name as people call them, may be empty
 * @param roles at least one
 */
public record Caller(String subject, String name, Set<Role> roles, Sight sight) {

    public Caller {
        roles = Set.copyOf(roles);
    }

    public boolean isAny(Set<Role> allowed) {
        return roles.stream().anyMatch(allowed::contains);
    }
}
