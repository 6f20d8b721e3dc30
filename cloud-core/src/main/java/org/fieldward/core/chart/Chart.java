package org.fieldward.core.chart;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldward.core.access.Sight;

/** Stored resources. Thread-safe. */
public interface Chart {

    /** The newest version, also one that says deleted; empty where it cannot be seen. */
    Optional<Version> read(Key key, Sight sight);

    /** That version of it; empty where it cannot be seen. */
    Optional<Version> read(Key key, long version, Sight sight);

    /**
     * What meets all parameters (https://hl7.org/fhir/R4/search.html): those that the type serves, {@code _id},
     * {@code _lastUpdated}, {@code _profile}, {@code _tag}, {@code _security}, {@code _source}, chains, {@code _has},
     * {@code _include}, {@code _revinclude}, {@code _sort}, {@code _count}, {@code _total}, {@code _summary=count}, and
     * {@code _compartment} with the type and id of whose compartment it must be in. Whatever is looked at on the way, comes
     * along or is counted is under the sight too.
     *
     * @param parameters by name with modifier; each value of a list must be met
     * @param place {@link Found#next} of the page before, of the same search
     * @throws BadSearch if something in it is not understood or not served
     */
    Found search(String type, Map<String, List<String>> parameters, Optional<String> place, Sight sight);

    /** Versions, deleted ones too, newest first. Each is judged by whom it belonged to itself. */
    List<Version> history(HistoryQuery query, Sight sight);

    /** What one transaction does; called again where the database asks for it, so it must do nothing else. */
    interface Work<T> {
        T in(Desk desk);
    }

    /**
     * Does the work in one transaction, and returns after its result would survive a power cut. An exception undoes all of
     * it.
     *
     * @throws ChartException if the store failed
     */
    <T> T write(Author author, Work<T> work);

    /**
     * As {@link #write}, and perhaps in one transaction with what others bring at the same moment, so that many share what a
     * transaction costs. Where one of them fails each is done again on its own. The work must look at versions through its
     * desk only: those that others of the transaction wrote may not stand in the store yet.
     *
     * @param asked conditions that the work will match, as far as they are known: answered for all of a transaction at once
     */
    default <T> T gather(Author author, List<Condition> asked, Work<T> work) {
        return write(author, work);
    }

    /**
     * The versions behind {@code number} in the order of commit, whoever may see them: only such as would survive a power
     * cut, at most {@code limit} and at least one if there is one.
     */
    List<Version> after(long number, int limit);

    /** Calls back after every commit of a {@link #write} of this process; the listener must only hand over. */
    void onChange(Runnable listener);
}
