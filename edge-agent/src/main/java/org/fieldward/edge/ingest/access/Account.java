package org.fieldward.edge.ingest.access;

import org.fieldward.proto.password.PasswordHash;
import org.fieldward.proto.reading.DeviceId;

/** Somebody who may log in with a password. The name obeys the rules of a {@link DeviceId} whatever the role. */
public record Account(String name, Role role, PasswordHash password) {

    static final String NAME_RULE =
            "an account's name must be 1 to 64 of A-Z a-z 0-9 . _ - and begin with a letter or digit";

    public Account {
        if (!DeviceId.isValid(name)) {
            throw new IllegalArgumentException(NAME_RULE);
        }
    }

    Identity identity() {
        return switch (role) {
            case DEVICE -> new Identity.Device(new DeviceId(name));
            case SCREEN -> new Identity.Screen(name);
            case STAFF -> new Identity.Staff(name);
            case OPERATOR -> new Identity.Operator(name);
        };
    }
}
