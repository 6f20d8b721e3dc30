package org.fieldward.core.distribution.source;

import ca.uhn.fhir.context.FhirContext;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.source.Subject.Word;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;

/** Every version that is written to the chart. */
public final class ChartSource implements Source {

    private static final int AT_ONCE = 500;

    private final Chart chart;

    public ChartSource(Chart chart) {
        this.chart = chart;
    }

    @Override
    public String name() {
        return "chart";
    }

    @Override
    public Page after(long position) {
        List<Version> versions = chart.after(position, AT_ONCE);
        return new Page(
                versions.isEmpty() ? position : versions.getLast().number(),
                versions.stream()
                        .map(version -> (Happening) new Written(chart, version))
                        .toList());
    }

    @Override
    public long newest() {
        throw new UnsupportedOperationException("the chart is always read: it holds the Subscriptions");
    }

    @Override
    public boolean has(String type) {
        return !type.equals(AlarmSource.TYPE);
    }

    static Resource parse(String json) {
        return (Resource) FhirContext.forR4Cached().newJsonParser().parseResource(json);
    }

    /** A version as it happened. Public so that a Subscription can be recognised. */
    public static final class Written implements Happening {

        private final Chart chart;
        private final Version version;
        private @Nullable Optional<Resource> resource;
        private @Nullable Optional<Resource> previous;

        Written(Chart chart, Version version) {
            this.chart = chart;
            this.version = version;
        }

        public Version version() {
            return version;
        }

        @Override
        public Subject subject() {
            Word word = switch (version.kind()) {
                case CREATED -> Word.CREATED;
                case UPDATED -> Word.UPDATED;
                case DELETED -> Word.DELETED;
            };
            Optional<String> patient =
                    version.patients().size() == 1 ? version.patients().stream().findFirst() : Optional.empty();
            return new Subject(word, version.key().toString(), version.version(), version.number(), patient);
        }

        @Override
        public String type() {
            return version.key().type();
        }

        @Override
        public Optional<Resource> resource() {
            if (resource == null) {
                resource = version.isDeleted() ? Optional.empty() : Optional.of(parse(version.json()));
            }
            return resource;
        }

        @Override
        public Optional<Resource> previous() {
            if (previous == null) {
                previous = version.version() == 1
                        ? Optional.empty()
                        : chart.read(version.key(), version.version() - 1, Sight.EVERYTHING)
                                .filter(before -> !before.isDeleted())
                                .map(before -> parse(before.json()));
            }
            return previous;
        }

        @Override
        public Set<String> patients() {
            return version.patients();
        }

        @Override
        public boolean isSeenWith(Sight sight) {
            return sight.isEverything()
                    || chart.read(version.key(), version.version(), sight).isPresent();
        }
    }
}
