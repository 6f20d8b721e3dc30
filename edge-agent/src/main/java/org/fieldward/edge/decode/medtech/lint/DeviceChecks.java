package org.fieldward.edge.decode.medtech.lint;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.fieldward.edge.decode.medtech.ContentTemplate;
import org.fieldward.edge.decode.medtech.ContentTemplate.Kind;
import org.fieldward.edge.decode.medtech.ContentTemplate.ValueRule;
import org.fieldward.edge.decode.medtech.DeviceMapping;
import org.fieldward.edge.decode.medtech.Part;
import org.fieldward.edge.decode.medtech.expression.Expression;
import org.fieldward.edge.decode.medtech.lint.Finding.Mend;

/** What can be seen in a device mapping file alone: expressions that find nothing, whatever comes. */
final class DeviceChecks {

    private static final String MATCHED = "matchedToken";
    private static final Set<String> MESSAGE = Set.of("Body", "Properties", "SystemProperties");
    private static final Set<String> MEMBERS = Set.of(
            "typename",
            "typematchexpression",
            "deviceidexpression",
            "patientidexpression",
            "encounteridexpression",
            "correlationidexpression",
            "timestampexpression",
            "defaultexpressionlanguage",
            "values");

    private final List<Finding> found = new ArrayList<>();

    List<Finding> of(DeviceMapping mapping) {
        mapping.templates().forEach(this::template);
        return found;
    }

    private void template(ContentTemplate template) {
        Part inside = template.part().member("template").orElseThrow();
        inside.node().fieldNames().forEachRemaining(name -> {
            if (!MEMBERS.contains(name.toLowerCase(Locale.ROOT))) {
                found.add(Finding.doubt(inside, "has the member '" + name + "', which nobody reads"));
            }
        });
        if (template.kind() == Kind.JSON_PATH || template.kind() == Kind.CALCULATED) {
            template.deviceId().ifPresent(one -> finds(template, inside, "deviceIdExpression", one));
            finds(template, inside, "timestampExpression", template.times().getFirst());
        }
        var names = new HashSet<String>();
        for (ValueRule rule : template.values()) {
            finds(template, rule.part(), "valueExpression", rule.expression());
            caseOf(template, rule);
            if (!names.add(rule.name())) {
                found.add(Finding.wrong(rule.part(), "has the valueName '" + rule.name() + "' a second time"));
            }
        }
    }

    /** Whether an expression begins where something can be. */
    private void finds(ContentTemplate template, Part owner, String member, Expression expression) {
        Optional<String> first = expression.firstMember();
        Part part = owner.member(member).orElse(owner);
        if (first.isEmpty()) {
            return;
        }
        boolean message = MESSAGE.contains(first.get());
        switch (template.kind()) {
            case CALCULATED -> {
                if (!message && !first.get().equals(MATCHED)) {
                    found.add(Finding.wrong(
                            part,
                            "cannot find anything: " + expression + " must begin with matchedToken, Body, Properties or"
                                    + " SystemProperties",
                            mend(owner, member, expression, "$.", "$." + MATCHED + ".")));
                }
            }
            case JSON_PATH, IOT_CENTRAL -> {
                if (first.get().equals(MATCHED)) {
                    found.add(Finding.wrong(
                            part,
                            "cannot find anything: " + expression + " already begins at what was matched",
                            mend(owner, member, expression, "$." + MATCHED + ".", "$.")));
                }
            }
            case IOT -> {
                if (!message) {
                    found.add(Finding.wrong(
                            part, "cannot find anything: " + expression + " must begin with Body or Properties"));
                }
            }
        }
    }

    /** An expression as a text can be written anew; in an object it is left to its author. */
    private static Mend[] mend(Part owner, String member, Expression expression, String from, String to) {
        boolean plain =
                owner.member(member).filter(part -> part.node().isTextual()).isPresent();
        return plain && expression.text().startsWith(from)
                ? new Mend[] {
                    new Mend(
                            owner.pointer(),
                            member,
                            TextNode.valueOf(to + expression.text().substring(from.length())))
                }
                : new Mend[0];
    }

    /** Members are found by their exact names: what is matched as hr is not found as HR. */
    private void caseOf(ContentTemplate template, ValueRule rule) {
        List<String> matched = template.match().members();
        rule.expression().members().stream()
                .filter(name -> !matched.contains(name))
                .flatMap(name -> matched.stream().filter(name::equalsIgnoreCase))
                .findFirst()
                .ifPresent(name -> found.add(Finding.wrong(
                        rule.part(),
                        "asks for " + rule.expression() + ", and what is matched has '" + name + "' in other case")));
    }
}
