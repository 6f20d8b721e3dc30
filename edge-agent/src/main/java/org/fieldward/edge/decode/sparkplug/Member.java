package org.fieldward.edge.decode.sparkplug;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.fieldward.edge.decode.Fault;
import org.fieldward.edge.decode.Normaliser;
import org.fieldward.proto.reading.DeviceStatus.Status;
import org.fieldward.proto.sparkplug.Metric;
import org.fieldward.proto.sparkplug.Payload;

/** The node itself or one of its devices: what its last birth defined, and what was last said about it. */
final class Member {

    /** What is known about a metric of a message. */
    sealed interface Found {
        record Known(Definition definition) implements Found {}

        /** Only a birth can tell. */
        record Unknown(String what) implements Found {}
    }

    private Map<String, Definition> byName = Map.of();
    private Map<Long, Definition> byAlias = Map.of();
    private int metrics;
    private boolean born;
    private Optional<Status> told = Optional.empty();

    boolean isBorn() {
        return born;
    }

    /** Of the last birth. */
    int metrics() {
        return metrics;
    }

    int size() {
        return byName.size() + byAlias.size();
    }

    /** Replaces what an earlier birth said. */
    void bear(Payload payload, Normaliser normaliser) {
        var names = new HashMap<String, Definition>();
        var aliases = new HashMap<Long, Definition>();
        for (Metric metric : payload.getMetricsList()) {
            if (metric.getName().isEmpty()) {
                throw Fault.missing("a metric of a birth has no 'name'");
            }
            var definition = Definition.of(metric, normaliser);
            if (definition.isVitalSign()) {
                names.put(metric.getName(), definition);
            }
            if (metric.hasAlias() && aliases.put(metric.getAlias(), definition) != null) {
                throw Fault.invalid("alias " + Long.toUnsignedString(metric.getAlias())
                        + " must stand for one metric, stood for two");
            }
        }
        byName = names;
        byAlias = aliases;
        metrics = payload.getMetricsCount();
        born = true;
    }

    void forget() {
        byName = Map.of();
        byAlias = Map.of();
        metrics = 0;
        born = false;
    }

    Found find(Metric metric, Normaliser normaliser) {
        if (metric.getName().isEmpty()) {
            Definition definition = byAlias.get(metric.getAlias());
            return definition == null || !metric.hasAlias()
                    ? new Found.Unknown("alias " + Long.toUnsignedString(metric.getAlias()))
                    : new Found.Known(definition.with(metric));
        }
        Definition definition = byName.get(metric.getName());
        if (definition != null) {
            return new Found.Known(definition.with(metric));
        }
        Definition own = Definition.of(metric, normaliser);
        return own.isCertain(normaliser)
                ? new Found.Known(own)
                : new Found.Unknown("the unit of " + Fault.echo(metric.getName()));
    }

    /** Returns whether that is news. */
    boolean tell(Status status) {
        boolean news = !told.equals(Optional.of(status));
        told = Optional.of(status);
        return news;
    }

    boolean isTold(Status status) {
        return told.equals(Optional.of(status));
    }
}
