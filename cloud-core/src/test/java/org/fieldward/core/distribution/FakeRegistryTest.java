package org.fieldward.core.distribution;

import org.fieldward.core.registry.Registry;
import org.fieldward.core.registry.RegistryContract;

final class FakeRegistryTest implements RegistryContract {

    private final FakeRegistry registry = new FakeRegistry();

    @Override
    public Registry registry() {
        return registry;
    }
}
