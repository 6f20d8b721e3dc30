package org.fieldward.core.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import org.fieldward.core.fhir.outline.Outline;
import org.fieldward.core.fhir.outline.Outliner;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirDefaultPolicyAdvisor;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.common.hapi.validation.validator.WorkerContextValidationSupportAdapter;
import org.hl7.fhir.exceptions.FHIRException;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r5.elementmodel.Manager.FhirFormat;
import org.hl7.fhir.r5.model.StructureDefinition;
import org.hl7.fhir.r5.utils.validation.ValidatorSession;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;
import org.hl7.fhir.r5.utils.validation.constants.IdStatus;
import org.hl7.fhir.r5.utils.xver.XVerExtensionManagerOld;
import org.hl7.fhir.utilities.i18n.I18nConstants;
import org.hl7.fhir.utilities.validation.ValidationMessage;
import org.hl7.fhir.utilities.validation.ValidationMessage.IssueSeverity;
import org.hl7.fhir.validation.ValidatorSettings;
import org.hl7.fhir.validation.instance.InstanceValidator;
import org.jspecify.annotations.Nullable;

/**
 * Judges a resource against R4's own definitions, those of the profiles that it claims, and their terminology, as far as
 * they come with the validator: nothing is fetched. A code outside a required binding is an error, a code of a system
 * that is not known here a warning. Thread-safe.
 */
public final class ProfileCheck {

    /**
     * What is remarkable.
     *
     * @param element where, such as {@code Patient.contact[0].gender}
     * @param rule what must hold there, may quote what stands there: for the caller's eyes, never for a log
     */
    public record Issue(Severity severity, String element, String rule) {}

    /** Only an error makes a resource invalid. */
    public enum Severity {
        ERROR,
        WARNING,
        INFORMATION
    }

    /** Making a validator costs as much as some twenty checks; it keeps some 60 kB of each check until it is thrown away. */
    private static final int USES = 100;

    /** Some 8 MB. */
    private static final int MAX_OUTLINES = 100_000;

    /** @param left how often it may be used */
    private record Worn(InstanceValidator validator, int left) {}

    private final FhirContext context;
    private final WorkerContextValidationSupportAdapter definitions;
    private final Outliner outliner;
    private final Cache<Outline, Boolean> valid =
            Caffeine.newBuilder().maximumSize(MAX_OUTLINES).build();
    /** More at once than there are processors answer no sooner, and each holds the registry of OIDs, 8 MB. */
    private final Semaphore places = new Semaphore(Runtime.getRuntime().availableProcessors());

    private final Deque<Worn> free = new ConcurrentLinkedDeque<>();

    private ProfileCheck(FhirContext context) {
        this.context = context;
        outliner = new Outliner(context);
        var unknown = new UnknownCodeSystemWarningValidationSupport(context);
        unknown.setNonExistentCodeSystemSeverity(IValidationSupport.IssueSeverity.WARNING);
        definitions = new WorkerContextValidationSupportAdapter(new ValidationSupportChain(
                new DefaultProfileValidationSupport(context),
                new CommonCodeSystemsTerminologyService(context),
                new InMemoryTerminologyServerValidationSupport(context),
                new SnapshotGeneratingValidationSupport(context),
                unknown));
    }

    private static final class Shared {
        private static final ProfileCheck CHECK = new ProfileCheck(FhirContext.forR4Cached());
    }

    /** The one of this process; cheap to ask for, its first {@link #check} takes seconds. */
    public static ProfileCheck shared() {
        return Shared.CHECK;
    }

    /** Loads what the first check would wait for; to be called beside other work of the start. */
    public void load() {
        check("{\"resourceType\":\"Basic\",\"code\":{\"text\":\"warm\"}}", Optional.empty());
    }

    public List<Issue> check(Resource resource) {
        return check(context.newJsonParser().encodeResourceToString(resource), Optional.empty());
    }

    public List<Issue> faults(Resource resource) {
        return faults(context.newJsonParser().encodeResourceToString(resource));
    }

    /**
     * What {@link #check} says of a resource that is not valid; empty for one that is. Of those that are alike in what
     * their validity depends on, one is held against the definitions.
     *
     * @param json as the parser writes it
     */
    public List<Issue> faults(String json) {
        Optional<Outline> outline = outliner.of(json);
        if (outline.filter(known -> valid.getIfPresent(known) != null).isPresent()) {
            return List.of();
        }
        List<Issue> issues = check(json, Optional.empty());
        if (issues.stream().anyMatch(issue -> issue.severity() == Severity.ERROR)) {
            return issues;
        }
        outline.ifPresent(fresh -> valid.put(fresh, true));
        return List.of();
    }

    /**
     * Errors first.
     *
     * @param profile canonical address of a further profile that it must meet
     */
    public List<Issue> check(String json, Optional<String> profile) {
        var profiles = new ArrayList<StructureDefinition>();
        if (profile.isPresent()) {
            StructureDefinition known = definitions.fetchResource(StructureDefinition.class, profile.get());
            if (known == null) {
                return List.of(new Issue(Severity.ERROR, "meta.profile", "must be a profile that is known here"));
            }
            profiles.add(known);
        }
        places.acquireUninterruptibly();
        try {
            return validate(json, profiles);
        } finally {
            places.release();
        }
    }

    private List<Issue> validate(String json, List<StructureDefinition> profiles) {
        Worn worn = Optional.ofNullable(free.pollFirst()).orElseGet(() -> new Worn(make(), USES));
        var messages = new ArrayList<ValidationMessage>();
        worn.validator()
                .validate(
                        null,
                        messages,
                        new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                        FhirFormat.JSON,
                        profiles);
        // One that failed is not put back.
        if (worn.left() > 1) {
            free.addFirst(new Worn(worn.validator(), worn.left() - 1));
        }
        return messages.stream()
                .filter(ProfileCheck::isOfUse)
                .map(message ->
                        new Issue(severity(message.getLevel()), place(message.getLocation()), message.getMessage()))
                .sorted((a, b) -> a.severity().compareTo(b.severity()))
                .toList();
    }

    private InstanceValidator make() {
        InstanceValidator validator;
        try {
            validator = new InstanceValidator(
                    definitions,
                    new FhirInstanceValidator.NullEvaluationContext(),
                    new XVerExtensionManagerOld(definitions),
                    new ValidatorSession(),
                    new ValidatorSettings());
        } catch (FHIRException e) {
            throw new IllegalStateException("the validator comes with its definitions", e);
        }
        validator.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
        validator.setAnyExtensionsAllowed(true);
        validator.setResourceIdRule(IdStatus.OPTIONAL);
        // Whether a system is known is decided by the chain, which makes it a warning.
        validator.setUnknownCodeSystemsCauseErrors(true);
        validator.setPolicyAdvisor(new FhirDefaultPolicyAdvisor());
        validator.setAllowExamples(true);
        return validator;
    }

    /** That a value set cannot be looked up here says nothing about the resource. */
    private static boolean isOfUse(ValidationMessage message) {
        String id = message.getMessageId();
        return !I18nConstants.TERMINOLOGY_TX_BINDING_NOSOURCE.equals(id)
                && !I18nConstants.TERMINOLOGY_TX_VALUESET_NOTFOUND.equals(id)
                && message.getLevel() != IssueSeverity.NULL;
    }

    private static Severity severity(IssueSeverity level) {
        return switch (level) {
            case FATAL, ERROR -> Severity.ERROR;
            case WARNING -> Severity.WARNING;
            case INFORMATION, NULL -> Severity.INFORMATION;
        };
    }

    /** The validator adds an id or a position behind a comment. */
    private static String place(@Nullable String location) {
        return location == null ? "" : location.replaceAll("/\\*[^*]*\\*/", "");
    }
}
