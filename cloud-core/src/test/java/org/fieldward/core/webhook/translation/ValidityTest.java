package org.fieldward.core.webhook.translation;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.fieldward.core.fhir.ProfileCheck;
import org.fieldward.core.webhook.filing.Draft;
import org.fieldward.core.webhook.filing.Matter;
import org.fieldward.core.webhook.filing.RefusedException;
import org.junit.jupiter.api.Test;

/** What comes out of a translation is FHIR. */
class ValidityTest {

    @Test
    void every_resource_of_every_sample_is_valid() throws Exception {
        var faults = new ArrayList<String>();
        int translated = 0;
        for (Path file : Samples.all()) {
            try {
                Matter matter = Samples.translated(Files.readAllBytes(file));
                translated++;
                for (Draft draft : matter.drafts()) {
                    check(file, draft, faults);
                }
            } catch (RefusedException e) {
                assertThat(file.toString()).as("refused: " + e.getMessage()).contains("VXU");
            }
        }
        assertThat(faults).isEmpty();
        assertThat(translated).isEqualTo(17);
    }

    private static void check(Path file, Draft draft, List<String> faults) {
        // As it will be stored: references are keys by then.
        String json = FhirContext.forR4Cached()
                .newJsonParser()
                .setOverrideResourceIdWithBundleEntryFullUrl(false)
                .encodeResourceToString(draft.resource())
                .replaceAll("urn:fieldward:draft:([0-9]+)", "Basic/d$1");
        ProfileCheck.shared().check(json, java.util.Optional.empty()).stream()
                .filter(issue -> issue.severity() == ProfileCheck.Severity.ERROR)
                // A sender names a system that lacks its code: that we can neither know nor mend.
                .filter(issue -> !issue.rule().contains("http://dicom.nema.org/resources/ontology/DCM#IMP"))
                .forEach(issue -> faults.add(file.getFileName() + " " + issue.element() + " " + issue.rule()));
    }
}
