package org.fieldward.core.distribution.search;

import java.util.List;
import java.util.Optional;
import org.fieldward.core.fhir.terminology.Draft.Code;

/**
 * {@code system|code}, {@code code}, {@code |code} or {@code system|} (https://hl7.org/fhir/R4/search.html#token).
 *
 * @param system empty for any, "" for a code without a system
 * @param code empty for any code of the system
 */
record Token(Optional<String> system, Optional<String> code) {

    static Token of(String parameter, String value) {
        int bar = value.indexOf('|');
        if (value.isEmpty() || value.equals("|")) {
            throw new SearchException(parameter, "must be a code or system|code");
        }
        if (bar < 0) {
            return new Token(Optional.empty(), Optional.of(value));
        }
        String code = value.substring(bar + 1);
        return new Token(Optional.of(value.substring(0, bar)), code.isEmpty() ? Optional.empty() : Optional.of(code));
    }

    boolean matches(Code coding) {
        return system.map(coding.system()::equals).orElse(true)
                && code.map(coding.code()::equals).orElse(true);
    }

    boolean matchesAny(List<Code> codings) {
        return codings.stream().anyMatch(this::matches);
    }

    boolean matches(String ofSystem, String value) {
        return matches(new Code(ofSystem, value));
    }

    /** Whether every list has an alternative that matches one of the codings. */
    static boolean meets(Asked asked, String parameter, List<Code> codings) {
        return asked.all(parameter).stream()
                .allMatch(alternatives -> alternatives.stream()
                        .anyMatch(value -> of(parameter, value).matchesAny(codings)));
    }

    /** Whether no list of those behind {@code :not} has an alternative that matches. */
    static boolean avoids(Asked asked, String parameter, List<Code> codings) {
        return asked.all(parameter + ":not").stream()
                .noneMatch(alternatives -> alternatives.stream()
                        .anyMatch(value -> of(parameter, value).matchesAny(codings)));
    }
}
