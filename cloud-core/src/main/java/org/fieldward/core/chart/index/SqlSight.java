package org.fieldward.core.chart.index;

import java.util.Set;
import org.fieldward.core.access.Sight;

/** {@link Sight#reaches} as a condition on a row that has {@code facilities} and {@code patients}. */
public final class SqlSight {

    private SqlSight() {}

    /** @param row the alias of a {@code chart_resource} or {@code chart_version} */
    public static SqlQuery reaches(Sight sight, String row) {
        if (sight.patient().isPresent()) {
            return new SqlQuery(
                    row + ".patients @> ?::text[]", Set.of(sight.patient().get()));
        }
        if (sight.facilities().isEmpty()) {
            return new SqlQuery("true");
        }
        var own = sight.facilities().get();
        return new SqlQuery("(" + row + ".facilities && ?::text[]", own)
                .add(" or (" + row + ".facilities = '{}' and " + row + ".patients = '{}')")
                .add(" or chart_treated(" + row + ".patients, ?::text[]))", own);
    }
}
