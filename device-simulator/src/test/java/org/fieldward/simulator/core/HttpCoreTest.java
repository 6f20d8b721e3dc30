package org.fieldward.simulator.core;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Optional;
import org.fieldward.proto.reading.DeviceId;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HttpCoreTest {

    @Nested
    class OverHttp implements CoreExportContract {
        @Override
        public CoreExport export(FakeCore core) {
            return new HttpCore(core.uri(), Optional.empty());
        }
    }

    @Nested
    class InMemory implements CoreExportContract {
        @Override
        public CoreExport export(FakeCore core) {
            return core;
        }
    }

    @Test
    void a_core_that_is_not_there_is_named_by_its_address() {
        try (var core = new HttpCore(URI.create("http://127.0.0.1:1/"), Optional.empty())) {
            assertThatThrownBy(() -> core.readings(new DeviceId("a"), TimeSpan.ALWAYS, line -> {}))
                    .isInstanceOf(CoreException.class)
                    .hasMessage("the core at http://127.0.0.1:1 could not be asked");
        }
    }
}
