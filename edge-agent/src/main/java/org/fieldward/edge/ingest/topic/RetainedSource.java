package org.fieldward.edge.ingest.topic;

import java.util.List;

/** Last words that are made only when somebody asks. */
public interface RetainedSource {

    /** One message per topic, each marked as retained. Called on any thread and without a lock; must be quick. */
    List<LocalMessage> matching(TopicFilter filter);
}
