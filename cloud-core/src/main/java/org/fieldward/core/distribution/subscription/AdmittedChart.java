package org.fieldward.core.distribution.subscription;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.access.Sight;
import org.fieldward.core.chart.Author;
import org.fieldward.core.chart.Change;
import org.fieldward.core.chart.Chart;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Desk;
import org.fieldward.core.chart.Found;
import org.fieldward.core.chart.HistoryQuery;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Outcome;
import org.fieldward.core.chart.Version;
import org.fieldward.core.distribution.rest.exchange.Refusal;
import org.fieldward.core.distribution.topic.BadQuestion;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Subscription;

/** The chart as callers write to it: what they say in a Subscription is checked, and holds what they may see. */
public final class AdmittedChart implements Chart {

    private final Chart chart;
    private final Subscriptions subscriptions;

    public AdmittedChart(Chart chart, Subscriptions subscriptions) {
        this.chart = chart;
        this.subscriptions = subscriptions;
    }

    @Override
    public <T> T write(Author author, Work<T> work) {
        return chart.write(author, desk -> work.in(new AdmittingDesk(desk, author)));
    }

    private final class AdmittingDesk implements Desk {

        private final Desk desk;
        private final Author author;

        AdmittingDesk(Desk desk, Author author) {
            this.desk = desk;
            this.author = author;
        }

        @Override
        public Optional<Version> read(Key key) {
            return desk.read(key);
        }

        @Override
        public List<Version> match(Condition condition, int limit) {
            return desk.match(condition, limit);
        }

        @Override
        public Outcome apply(Change change) {
            return desk.apply(
                    switch (change) {
                        case Change.Create create -> new Change.Create(admitted(create.resource()));
                        case Change.Update update -> new Change.Update(admitted(update.resource()), update.onlyIf());
                        case Change.Delete delete -> delete;
                    });
        }

        private Resource admitted(Resource resource) {
            if (!(resource instanceof Subscription subscription)) {
                return resource;
            }
            Subscription copy = subscription.copy();
            try {
                subscriptions.admit(copy, author.sight());
            } catch (BadQuestion e) {
                throw Refusal.of(422, IssueType.BUSINESSRULE, "Subscription", String.valueOf(e.getMessage()));
            }
            return copy;
        }
    }

    @Override
    public Optional<Version> read(Key key, Sight sight) {
        return chart.read(key, sight);
    }

    @Override
    public Optional<Version> read(Key key, long version, Sight sight) {
        return chart.read(key, version, sight);
    }

    @Override
    public Found search(String type, Map<String, List<String>> parameters, Optional<String> place, Sight sight) {
        return chart.search(type, parameters, place, sight);
    }

    @Override
    public List<Version> history(HistoryQuery query, Sight sight) {
        return chart.history(query, sight);
    }

    @Override
    public List<Version> after(long number, int limit) {
        return chart.after(number, limit);
    }

    @Override
    public void onChange(Runnable listener) {
        chart.onChange(listener);
    }
}
