package org.fieldward.core.chart.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Set;
import org.fieldward.core.chart.BadSearch;
import org.fieldward.core.chart.Condition;
import org.fieldward.core.chart.Key;
import org.fieldward.core.chart.Version;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One resource against many searches. */
final class MatchingTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private static final Version PRESSURE = version("Observation", "bp", """
            {"resourceType": "Observation", "id": "bp",
             "meta": {"profile": ["http://example.org/vital|1.0"], "source": "urn:monitor",
                      "tag": [{"system": "urn:tags", "code": "night"}]},
             "identifier": [{"system": "urn:lab", "value": "a,b|c",
                 "type": {"coding": [{"system": "urn:types", "code": "FILL"}]}}],
             "status": "final",
             "category": [{"coding": [{"system": "urn:categories", "code": "vital-signs"}]}],
             "code": {"text": "Blood pressure", "coding": [
                 {"system": "http://loinc.org", "code": "85354-9", "display": "BP panel"}]},
             "subject": {"reference": "Patient/jo"},
             "performer": [{"reference": "Practitioner/p1"},
                 {"identifier": {"system": "urn:staff", "value": "77"}}],
             "device": {"reference": "https://elsewhere.example/fhir/Device/9/_history/3"},
             "effectiveDateTime": "2026-02-28T23:30:00-02:00",
             "component": [
                {"code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
                 "valueQuantity": {"value": 120, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}},
                {"code": {"coding": [{"system": "http://loinc.org", "code": "8462-4"}]},
                 "valueQuantity": {"value": 80, "unit": "mmHg", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"}}]}
            """);

    private static final Version JO = version("Patient", "jo", """
            {"resourceType": "Patient", "id": "jo", "active": true, "gender": "female", "birthDate": "1980-05",
             "name": [{"family": "Müller-Lüdenscheidt", "given": ["Jo", "Ann"]}],
             "telecom": [{"system": "phone", "value": "123"}, {"system": "email", "value": "jo@example.org"}],
             "address": [{"city": "Köln", "postalCode": "50667"}],
             "deceasedDateTime": "2026-01-02",
             "managingOrganization": {"reference": "Organization/h"}}
            """);

    private static Version version(String type, String id, String json) {
        return new Version(1, new Key(type, id), 1, Version.Kind.CREATED, NOW, json, Set.of(), Set.of("jo"));
    }

    private static boolean matches(Version version, String query) {
        String escaped = query.replace("|", "%7C").replace("\\", "%5C").replace("+", "%2B");
        return new Matching(Condition.of(version.key().type() + "?" + escaped), NOW).matches(version);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_id=bp",
                "_id=x,bp",
                "_id:not=x",
                "_profile=http://example.org/vital|1.0",
                "_profile:below=http://example.org/",
                "_source=urn:monitor",
                "_tag=urn:tags|night",
                "_tag=night",
                "_lastUpdated=2026-03-01",
                "_lastUpdated=ge2026-03-01&_lastUpdated=lt2026-03-02",
                "code=85354-9",
                "code=http://loinc.org|85354-9",
                "code=http://loinc.org|",
                "code=x,85354-9",
                "code:not=8480-6",
                "code:text=blood",
                "code:text=bp pan",
                "combo-code=8480-6",
                "component-code=8462-4",
                "status=final",
                "status=http://hl7.org/fhir/observation-status|final",
                "category=vital-signs",
                "identifier=a\\,b\\|c",
                "identifier=urn:lab|a\\,b\\|c",
                "identifier:of-type=urn:types|FILL|a\\,b\\|c",
                "subject=Patient/jo",
                "subject=jo",
                "subject:Patient=jo",
                "patient=jo",
                "patient=Patient/jo",
                "subject=Patient/jo/_history/4",
                "device=https://elsewhere.example/fhir/Device/9",
                "performer:identifier=urn:staff|77",
                "performer=p1",
                "encounter:missing=true",
                "code:missing=false",
                "date=2026-03-01",
                "date=2026-03",
                "date=2026",
                "date=2026-03-01T01:30:00Z",
                "date=2026-03-01T03:30+02:00",
                "date=gt2026-02-28",
                "date=lt2026-03-02",
                "date=sa2026-02-28",
                "date=eb2026-03-02",
                "date=ne2026-02-28",
                "date=ap2026-03-01",
                "date=ge2026-03-01T01:30:00Z",
                "date=le2026-03-01T01:30:00Z",
                "component-value-quantity=120",
                "component-value-quantity=1.2e2",
                "component-value-quantity=gt100",
                "component-value-quantity=120|http://unitsofmeasure.org|mm[Hg]",
                "component-value-quantity=120||mmHg",
                "component-value-quantity=ap115",
                "combo-value-quantity=lt90",
                "component-code-value-quantity=8480-6$gt110",
                "combo-code-value-quantity=http://loinc.org|8462-4$80",
                "_compartment=Patient/jo",
                "_compartment=Practitioner/p1"
            })
    void it_is_found_by(String query) {
        assertThat(matches(PRESSURE, query)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "_id=x",
                "_id:not=bp",
                "_profile=http://example.org/vital",
                "_source=urn:mon",
                "_tag=urn:other|night",
                "_lastUpdated=2026-03-02",
                "_lastUpdated=gt2026-03-01",
                "code=85354",
                "code=|85354-9",
                "code=urn:x|85354-9",
                "code:not=85354-9",
                "code=85354-9&status=preliminary",
                "code:text=pressure",
                "identifier=a",
                "identifier:of-type=urn:types|FILL|a",
                "subject=Group/jo",
                "subject:Group=jo",
                "subject=Patient/jim",
                "patient=Group/jo",
                "device=Device/9",
                "performer:identifier=77|",
                "encounter:missing=false",
                "date=2026-02-28",
                "date=gt2026-03-01",
                "date=lt2026-03-01",
                "date=sa2026-03-01",
                "date=eb2026-03-01",
                "date=ne2026-03-01",
                "date=2026-03-01T01:31:00Z",
                "component-value-quantity=121",
                "component-value-quantity=120.1",
                "component-value-quantity=120|http://unitsofmeasure.org|kPa",
                "component-code-value-quantity=8480-6$lt110",
                "component-code-value-quantity=8462-4$120",
                "code-value-quantity=85354-9$120",
                "value-quantity=120",
                "_compartment=Patient/jim"
            })
    void it_is_not_found_by(String query) {
        assertThat(matches(PRESSURE, query)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "name=mull,true",
        "family=MULLER,true",
        "name=jo,true",
        "given=ann,true",
        "name=udenscheidt,false",
        "name:contains=udenscheidt,true",
        "name:exact=Jo,true",
        "name:exact=jo,false",
        "family=jo,false",
        "gender=female,true",
        "gender=http://hl7.org/fhir/administrative-gender|female,true",
        "gender=male,false",
        "birthdate=1980,true",
        "birthdate=1980-05,true",
        "birthdate=1980-05-03,false",
        "birthdate=ap1981,true",
        "birthdate=lt1980-06,true",
        "phone=123,true",
        "email=jo@example.org,true",
        "email=123,false",
        "telecom=123,true",
        "address=koln,true",
        "address-city=kol,true",
        "address=50667,true",
        "deceased=true,true",
        "deceased=false,false",
        "death-date=2026-01-02,true",
        "active=true,true",
        "organization=h,true",
        "organization=Organization/h,true",
        "_compartment=Patient/jo,true"
    })
    void a_patient_is_found_by(String query, boolean found) {
        assertThat(matches(JO, query)).isEqualTo(found);
    }

    @ParameterizedTest
    @CsvSource({
        "nonsense=1,nonsense must be a parameter that Patient serves",
        "name:sideways=1,name must not have :sideways",
        "birthdate=soon,birthdate must be a date as FHIR writes it",
        "birthdate=2026-13-01,birthdate must be a date as FHIR writes it",
        "birthdate:exact=2026,birthdate must not have :exact",
        "gender=,gender must have a value",
        "name:missing=perhaps,name must be true or false with :missing",
        "organization.name=x,query must not follow references",
        "<script>=x,parameter must be a parameter that Patient serves"
    })
    void what_is_not_understood_is_named_and_not_repeated(String query, String message) {
        assertThatThrownBy(() -> matches(JO, query))
                .isInstanceOf(BadSearch.class)
                .hasMessage(message);
    }
}
