package org.fieldward.core.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.validation.ValidationResult;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.fieldward.core.fhir.terminology.Verdict;
import org.fieldward.core.fhir.terminology.VitalSignCheck;
import org.fieldward.proto.reading.Catalogue;
import org.fieldward.proto.reading.ClockState;
import org.fieldward.proto.reading.DeviceId;
import org.fieldward.proto.reading.Reading;
import org.fieldward.proto.reading.Stamp;
import org.fieldward.proto.reading.Unit;
import org.fieldward.proto.reading.Value;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What it costs to know that something is valid, beside the validator and the parser that everybody uses. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class ValidationBenchmark {

    private static final int VALUES = 6;
    private static final String PULSE = """
            {"resourceType":"Observation","status":"final","category":[{"coding":[{"system":
            "http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],"code":{"coding":[{"system":
            "http://loinc.org","code":"8867-4"}]},"subject":{"reference":"Patient/p"},"effectiveDateTime":
            "2026-03-01T10:00:00Z","valueQuantity":{"value":72,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"}}""";

    private final FhirContext context = FhirContext.forR4Cached();
    private final VitalSignCheck check = new VitalSignCheck(Catalogue.standard());
    private final Reading reading = new Reading(
            new DeviceId("bed-1"),
            new Stamp(Optional.empty(), Instant.parse("2026-03-01T10:00:00Z"), 1, 1, ClockState.SYNCHRONISED),
            List.of(
                    value("heart-rate", "72", Unit.PER_MINUTE),
                    value("respiratory-rate", "16", Unit.PER_MINUTE),
                    value("spo2", "97", Unit.PERCENT),
                    value("temperature", "36.8", Unit.CELSIUS),
                    value("systolic", "121", Unit.MILLIMETRE_OF_MERCURY),
                    value("diastolic", "78", Unit.MILLIMETRE_OF_MERCURY)));

    private static Value value(String parameter, String number, Unit unit) {
        return new Value.Quantity(Catalogue.standard().key(parameter), new BigDecimal(number), unit);
    }

    @Benchmark
    @OperationsPerInvocation(VALUES)
    public Verdict a_value_judged_by_the_compiled_check() {
        return check.check(reading);
    }

    @Benchmark
    public List<ProfileCheck.Issue> an_Observation_judged_by_its_outline() {
        return ProfileCheck.shared().faults(PULSE);
    }

    @Benchmark
    public List<ProfileCheck.Issue> an_Observation_judged_by_the_full_validator() {
        return ProfileCheck.shared().check(PULSE, Optional.empty());
    }

    /** As HAPI's documentation has it, made once. */
    @Benchmark
    public List<String> an_Observation_judged_by_one_validator_of_HAPI() {
        return FullValidator.errors(PULSE);
    }

    /** As HAPI ships it, made for each: most of it is the loading of the definitions. */
    @Benchmark
    public ValidationResult an_Observation_judged_by_a_new_validator_of_HAPI() {
        return context.newValidator()
                .registerValidatorModule(new FhirInstanceValidator(context))
                .validateWithResult(PULSE);
    }

    @Benchmark
    public IBaseResource an_Observation_parsed_by_HAPI() {
        return context.newJsonParser().parseResource(PULSE);
    }
}
