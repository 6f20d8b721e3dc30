package org.fieldward.core.webhook.wording;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.fieldward.core.webhook.hl7.Value;
import org.hl7.fhir.r4.model.Address;
import org.hl7.fhir.r4.model.Address.AddressType;
import org.hl7.fhir.r4.model.Address.AddressUse;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.ContactPoint;
import org.hl7.fhir.r4.model.ContactPoint.ContactPointSystem;
import org.hl7.fhir.r4.model.ContactPoint.ContactPointUse;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.HumanName.NameUse;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Location;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;

/** Data types of messages into those of FHIR. Of one message; not thread-safe. */
public final class Types {

    private final Sheet sheet;

    public Types(Sheet sheet) {
        this.sheet = sheet;
    }

    /** CX; also EI's first part. Empty where it has no value. */
    public Optional<Identifier> identifier(Value cx) {
        Optional<String> value = cx.some(1);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        var identifier = new Identifier().setValue(value.get());
        String type = cx.text(5);
        if (!type.isEmpty()) {
            identifier.setType(new CodeableConcept()
                    .addCoding(new Coding().setSystem(Codes.V2 + "0203").setCode(type)));
        }
        identifier.setSystem(system(cx.at(4), type));
        cx.some(6).ifPresent(assigner -> identifier.setAssigner(new Reference().setDisplay(assigner)));
        period(cx.text(7), cx.text(8)).ifPresent(identifier::setPeriod);
        return Optional.of(identifier);
    }

    /** EI: value, namespace, universal id, its type. */
    public Optional<Identifier> entity(Value ei, String type) {
        Optional<String> value = ei.some(1);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        var identifier = new Identifier().setValue(value.get());
        if (!type.isEmpty()) {
            identifier.setType(new CodeableConcept()
                    .addCoding(new Coding().setSystem(Codes.V2 + "0203").setCode(type)));
        }
        identifier.setSystem(system(ei.text(2), ei.text(3), ei.text(4), type));
        return Optional.of(identifier);
    }

    private String system(Value hd, String type) {
        return system(hd.text(1), hd.text(2), hd.text(3), type);
    }

    private String system(String namespace, String universal, String universalType, String type) {
        for (String name : List.of(universal, namespace, type)) {
            String configured = sheet.origin().systems().get(name);
            if (configured != null && !name.isEmpty()) {
                return configured;
            }
        }
        Optional<String> address =
                universal.isEmpty() ? Codes.address(namespace, universalType) : Codes.address(universal, universalType);
        String facility = sheet.origin().facility();
        String name = Stream.of(namespace, universal)
                .filter(part -> !part.isEmpty())
                .findFirst()
                .orElse("");
        return address.orElseGet(
                () -> name.isEmpty() ? Codes.local(facility, "type", type) : Codes.local(facility, "authority", name));
    }

    /** XPN. */
    public Optional<HumanName> name(Value xpn) {
        return name(xpn, 1, xpn.text(7));
    }

    /** A name whose family part has the given number, so that XCN and CNN are read too. */
    private Optional<HumanName> name(Value parts, int family, String use) {
        var name = new HumanName();
        parts.some(family).ifPresent(name::setFamily);
        parts.some(family + 1).ifPresent(name::addGiven);
        parts.some(family + 2)
                .ifPresent(middle -> Stream.of(middle.split("\\s+")).forEach(name::addGiven));
        parts.some(family + 3).ifPresent(name::addSuffix);
        parts.some(family + 4).ifPresent(name::addPrefix);
        parts.some(family + 5).ifPresent(name::addSuffix);
        if (name.isEmpty()) {
            return Optional.empty();
        }
        String code = Codes.pick(
                use,
                "",
                "L",
                "official",
                "D",
                "usual",
                "M",
                "maiden",
                "N",
                "nickname",
                "S",
                "anonymous",
                "A",
                "nickname",
                "T",
                "temp",
                "C",
                "usual",
                "BAD",
                "old");
        if (!code.isEmpty()) {
            name.setUse(NameUse.fromCode(code));
        }
        if (family == 1) {
            period(parts.text(12), parts.text(13)).ifPresent(name::setPeriod);
        }
        return Optional.of(name);
    }

    /** XAD. */
    public Optional<Address> address(Value xad) {
        var address = new Address();
        // The first part is the whole street, where the sender does not say its name and number beside it.
        String street = xad.text(1);
        String line = street.contains(xad.text(1, 2)) ? street : join(" ", street, xad.text(1, 2), xad.text(1, 3));
        Stream.of(line, xad.text(2)).filter(text -> !text.isEmpty()).forEach(address::addLine);
        xad.some(3).ifPresent(address::setCity);
        xad.some(4).ifPresent(address::setState);
        xad.some(5).ifPresent(address::setPostalCode);
        xad.some(6).ifPresent(address::setCountry);
        xad.some(9).ifPresent(address::setDistrict);
        if (address.isEmpty()) {
            return Optional.empty();
        }
        String kind = xad.text(7);
        String use = Codes.pick(kind, "", "H", "home", "P", "home", "B", "work", "O", "work", "C", "temp", "BA", "old");
        if (!use.isEmpty()) {
            address.setUse(AddressUse.fromCode(use));
        }
        if (kind.equals("M")) {
            address.setType(AddressType.POSTAL);
        }
        period(xad.text(12, 1), xad.text(12, 2))
                .or(() -> period(xad.text(13), xad.text(14)))
                .ifPresent(address::setPeriod);
        return Optional.of(address);
    }

    /** XTN. */
    public Optional<ContactPoint> telecom(Value xtn) {
        String use = xtn.text(2);
        String kind = xtn.text(3);
        boolean mail = kind.equals("Internet") || kind.equals("X.400") || use.equals("NET");
        String built = join(
                "",
                xtn.text(5).isEmpty() ? "" : "+" + xtn.text(5) + " ",
                xtn.text(6),
                xtn.text(7).isEmpty() || xtn.text(6).isEmpty() ? "" : "-",
                xtn.text(7));
        String value = Stream.of(mail ? xtn.text(4) : "", xtn.text(1), xtn.text(12), built, xtn.text(4))
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
        if (value.isEmpty()) {
            return Optional.empty();
        }
        var point = new ContactPoint().setValue(value);
        // Old messages say a number and nothing else.
        String system = mail && value.contains("@")
                ? "email"
                : Codes.pick(kind, "phone", "FX", "fax", "BP", "pager", "TDD", "other", "TTY", "other", "MD", "other");
        point.setSystem(ContactPointSystem.fromCode(system));
        String to = kind.equals("CP") || use.equals("PRS")
                ? "mobile"
                : Codes.pick(use, "", "PRN", "home", "ORN", "home", "WPN", "work", "VHN", "temp");
        if (!to.isEmpty()) {
            point.setUse(ContactPointUse.fromCode(to));
        }
        return Optional.of(point);
    }

    /** CE, CWE, CNE; also a code alone, for which {@code table} is the address where the sender names none. */
    public Optional<CodeableConcept> concept(Value cwe, String table) {
        var concept = new CodeableConcept();
        coding(cwe.text(1), cwe.text(2), cwe.text(3), cwe.text(7), table).ifPresent(concept::addCoding);
        coding(cwe.text(4), cwe.text(5), cwe.text(6), cwe.text(8), "").ifPresent(concept::addCoding);
        coding(cwe.text(10), cwe.text(11), cwe.text(12), cwe.text(13), "").ifPresent(concept::addCoding);
        cwe.some(9)
                .or(() -> cwe.some(2))
                .or(() -> cwe.some(5))
                .or(() -> cwe.some(1))
                .ifPresent(concept::setText);
        return concept.isEmpty() ? Optional.empty() : Optional.of(concept);
    }

    /** A language as BCP 47 has it; in words where the code is none of ISO 639. */
    public Optional<CodeableConcept> language(Value cwe) {
        Optional<CodeableConcept> said = concept(cwe);
        Optional<String> tag = cwe.some(1).or(() -> cwe.some(4)).flatMap(Tables::language);
        return said.map(concept -> {
            concept.getCoding().clear();
            tag.ifPresent(
                    code -> concept.addCoding().setSystem("urn:ietf:bcp:47").setCode(code));
            return concept;
        });
    }

    public Optional<CodeableConcept> concept(Value cwe) {
        return concept(cwe, "");
    }

    private Optional<Coding> coding(String code, String display, String system, String version, String table) {
        if (code.isEmpty()) {
            return Optional.empty();
        }
        var coding = new Coding().setCode(code.replaceAll("\\s+", " "));
        Codes.system(system, sheet.origin().facility())
                .or(() -> Optional.of(table).filter(known -> Tables.has(known, code)))
                .ifPresent(coding::setSystem);
        if (!display.isEmpty()) {
            coding.setDisplay(display);
        }
        if (!version.isEmpty() && coding.hasSystem()) {
            coding.setVersion(version);
        }
        return Optional.of(coding);
    }

    /** XCN, CNN and, of old versions, CN: a person with a number becomes a Practitioner, one without stays a name. */
    public Optional<Reference> practitioner(Value xcn) {
        Optional<HumanName> name = name(xcn, 2, "");
        Optional<String> id = xcn.some(1);
        if (id.isEmpty()) {
            return name.map(known -> new Reference().setDisplay(known.getNameAsSingleString()));
        }
        var practitioner = new Practitioner();
        name.ifPresent(practitioner::addName);
        Value authority = xcn.at(9);
        String type = xcn.text(13);
        String system = authority.text(1).isEmpty() && authority.text(2).isEmpty()
                ? Codes.local(sheet.origin().facility(), "practitioner", "")
                : system(authority, type);
        var identifier = new Identifier().setSystem(system).setValue(id.get());
        if (!type.isEmpty()) {
            identifier.setType(new CodeableConcept()
                    .addCoding(new Coding().setSystem(Codes.V2 + "0203").setCode(type)));
        }
        practitioner.addIdentifier(identifier);
        Reference reference = sheet.addOnce(practitioner, identifier);
        name.ifPresent(known -> reference.setDisplay(known.getNameAsSingleString()));
        return Optional.of(reference);
    }

    /** PL: the bed, room or ward that it names, within the ward where it names both. */
    public Optional<Reference> location(Value pl) {
        String ward = pl.text(1);
        String name = join(" ", ward, pl.text(2), pl.text(3));
        if (name.isEmpty()) {
            return Optional.empty();
        }
        String kind = !pl.text(3).isEmpty() ? "bd" : !pl.text(2).isEmpty() ? "ro" : "wa";
        Location location = place(pl, name, kind, join("/", pl.text(4), ward, pl.text(2), pl.text(3)));
        if (!kind.equals("wa") && !ward.isEmpty()) {
            Location around = place(pl, ward, "wa", join("/", pl.text(4), ward));
            location.setPartOf(sheet.addOnce(around, around.getIdentifierFirstRep()));
        }
        pl.some(9).ifPresent(location::setDescription);
        Reference reference = sheet.addOnce(location, location.getIdentifierFirstRep());
        return Optional.of(reference.setDisplay(name));
    }

    private Location place(Value pl, String name, String kind, String value) {
        var location = new Location();
        location.addIdentifier()
                .setSystem(Codes.local(sheet.origin().facility(), "location", ""))
                .setValue(value);
        location.setName(name);
        location.setMode(Location.LocationMode.INSTANCE);
        location.setPhysicalType(new CodeableConcept()
                .addCoding(new Coding()
                        .setSystem("http://terminology.hl7.org/CodeSystem/location-physical-type")
                        .setCode(kind)));
        return location;
    }

    /** A number with its unit; empty if it is no number. */
    public static Optional<Quantity> quantity(String number, String unit, String unitSystem) {
        if (!number.matches("[+-]?(\\d{1,30}(\\.\\d{0,30})?|\\.\\d{1,30})")) {
            return Optional.empty();
        }
        String plain = number.startsWith("+") ? number.substring(1) : number;
        var quantity = new Quantity().setValue(new BigDecimal(plain.endsWith(".") ? plain + "0" : plain));
        if (!unit.isEmpty()) {
            quantity.setUnit(unit);
            Optional<String> code = unitSystem.equals("UCUM") ? Optional.of(unit) : Codes.ucum(unit);
            code.ifPresent(ucum -> quantity.setSystem(Codes.UCUM).setCode(ucum));
        }
        return Optional.of(quantity);
    }

    public Optional<Period> period(String from, String until) {
        var period = new Period();
        Times.dateTime(from, sheet.origin().zone()).ifPresent(period::setStartElement);
        Times.dateTime(until, sheet.origin().zone())
                .filter(end -> !period.hasStart() || !Times.isAfter(period.getStartElement(), end))
                .ifPresent(period::setEndElement);
        return period.isEmpty() ? Optional.empty() : Optional.of(period);
    }

    public static String join(String separator, String... parts) {
        return Stream.of(parts)
                .filter(part -> !part.isEmpty())
                .reduce((a, b) -> a + separator + b)
                .orElse("");
    }
}
