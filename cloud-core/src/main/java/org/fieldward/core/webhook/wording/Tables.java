package org.fieldward.core.webhook.wording;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.MissingResourceException;
import java.util.Optional;

/** Codes of the tables that a field means where the sender names no system. A code outside its table keeps no system. */
final class Tables {

    /** As regular expressions, by the address of the table. */
    private static final Map<String, String> CODES = Map.ofEntries(
            Map.entry(Codes.V3 + "MaritalStatus", "[ACDILMPSTUW]"),
            Map.entry(
                    Codes.V3 + "ObservationInterpretation",
                    "[<>ABDEHILNRSUW]|AA|AC|CAR|DET|E|EX|EXP|HH|HM|HU|HX|H>|IE|IND|LL|LU|LX|L<|MS|NCL|ND|NEG|NR|NS|OBX|POS|QCF"
                            + "|RR|SDD|SYN-R|SYN-S|TOX|UNE|VS|WR"),
            Map.entry(Codes.V2 + "0007", "[ACELNRU]"),
            Map.entry(Codes.V2 + "0009", "[AB][0-9]"),
            Map.entry(Codes.V2 + "0023", "[1-9]"),
            Map.entry(
                    Codes.V2 + "0063",
                    "ASC|BRO|CGV|CHD|DEP|DOM|EMC|EME|EMR|EXF|FCH|FND|FTH|GCH|GRD|GRP|MGR|MTH|NCH|NON|OAD|OTH|OWN|PAR|SCH|SEL|SIB"
                            + "|SIS|SPO|TRA|UNK|WRD"),
            Map.entry(Codes.V2 + "0069", "MED|SUR|URO|PUL|CAR"),
            Map.entry(Codes.V2 + "0074", "[A-Z]{2,3}"),
            Map.entry(Codes.V2 + "0092", "R"),
            Map.entry(Codes.V2 + "0112", "0[1-9]|1[0-9]|2[0-9]|3[0-9]|40|41|42"),
            Map.entry(Codes.V2 + "0114", "D|S|T"),
            Map.entry(Codes.V2 + "0131", "[CEFINOSU]|BP|CP|EP|PR"),
            Map.entry(
                    Codes.V2 + "0162",
                    "AP|B|CHD|CR|DT|EP|ET|GTT|GU|IA|IB|IC|ICV|ID|IF|IH|IM|IN|IO|IP|IS|IT|IU|IV|MM|MTH|NB|NG|NP|NS|NT|OP|OT|OTH"
                            + "|PF|PO|PR|RM|SC|SD|SL|SOAK|TD|TL|TM|TO|TOP|TP|TRA|UR|VA|VG|VM|WND"),
            Map.entry(
                    Codes.V2 + "0163",
                    "BE|BN|BU|CT|LA|LAC|LACF|LD|LE|LEJ|LF|LG|LH|LIJ|LLAQ|LLFA|LMFA|LN|LPC|LSC|LT|LUA|LUAQ"
                            + "|LUFA|LVG|LVL|NB|OD|OS|OU|PA|PERIN|RA|RAC|RACF|RD|RE|REJ|RF|RG|RH|RIJ|RLAQ|RLFA|RMFA|RPC|RSC|RT|RUA|RUAQ"
                            + "|RUFA|RVG|RVL"),
            Map.entry(Codes.V2 + "0165", "CH|DI|DU|IF|IR|IS|IVP|IVPB|NB|PF|PT|SH|SO|WA|WI"),
            Map.entry(Codes.V2 + "0217", "[123]"),
            Map.entry(Codes.V2 + "0270", "AR|CD|CN|DI|DS|ED|HP|OP|PC|PH|PN|PR|SP|TS"),
            Map.entry(Codes.V2 + "0276", "(?i)checkup|emergency|followup|routine|walkin"),
            Map.entry(Codes.V2 + "0277", "(?i)complete|normal|tentative"),
            Map.entry(
                    Codes.V2 + "0335",
                    "[CADMV]|A[CDMV]|[IP][CDMV]?|BID|QID|TID|QAM|QHS|QOD|QPM|Q[0-9]+[SMHDWLJ].*|U .*|PRN.*|Once"),
            Map.entry(
                    Codes.V2 + "0488",
                    "ANP|BAP|BCAE|BCAN|BCPD|BIO|CAP|CATH|CVP|EPLA|ESWA|FNA|KOFFP|LNA|LNV|MARTL|ML11|MLP|NYP|PACE"
                            + "|PIN|PNA|PRIME|PUMP|QC5|SCLP|SCRAPS|SHA|SWA|SWD|TMAN|TMCH|TMM4|TMMY|TMOT|TMP|TMPV|TMSC|TMUP|VENIP|WOOD"),
            Map.entry(Codes.V2 + "0493", "AUT|CLOT|CON|COOL|FROZ|HEM|LIVE|ROOM|SNR|CFU"));

    private Tables() {}

    static boolean has(String table, String code) {
        String codes = CODES.get(table);
        return codes == null ? !table.isEmpty() && !table.startsWith(Codes.V2) : code.matches(codes);
    }

    /** BCP 47 of two or three letters of ISO 639, with or without a country. */
    static Optional<String> language(String said) {
        String code = said.toLowerCase(Locale.ROOT).split("[-_]", 2)[0];
        if (List.of(Locale.getISOLanguages()).contains(code)) {
            return Optional.of(code);
        }
        for (String known : Locale.getISOLanguages()) {
            try {
                if (Locale.of(known).getISO3Language().equals(code)) {
                    return Optional.of(known);
                }
            } catch (MissingResourceException e) {
                // It has no three letters.
            }
        }
        return Optional.empty();
    }
}
