package org.fieldward.core.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.instance.model.api.IBaseResource;

/** HAPI's full validator with R4's own definitions, without a network. Made once per JVM: it takes seconds. */
public final class FullValidator {

    public static final FhirContext CONTEXT = FhirContext.forR4();

    private static final FhirValidator VALIDATOR = make();

    private FullValidator() {}

    private static FhirValidator make() {
        var chain = new ValidationSupportChain(
                new DefaultProfileValidationSupport(CONTEXT),
                new InMemoryTerminologyServerValidationSupport(CONTEXT),
                new CommonCodeSystemsTerminologyService(CONTEXT),
                new SnapshotGeneratingValidationSupport(CONTEXT));
        var module = new FhirInstanceValidator(chain);
        module.setNoTerminologyChecks(false);
        return CONTEXT.newValidator().registerValidatorModule(module);
    }

    /** What is wrong with it, empty if nothing is. */
    public static synchronized List<String> errors(String json) {
        return VALIDATOR.validateWithResult(json).getMessages().stream()
                .filter(message -> message.getSeverity().ordinal() >= ResultSeverityEnum.ERROR.ordinal())
                .map(message -> message.getLocationString() + ": " + message.getMessage())
                .toList();
    }

    public static List<String> errors(IBaseResource resource) {
        return errors(CONTEXT.newJsonParser().encodeResourceToString(resource));
    }
}
