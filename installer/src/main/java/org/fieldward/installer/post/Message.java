package org.fieldward.installer.post;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** What a hospital system sends: one laboratory result of one of many patients. */
enum Message {
    FHIR("fhir", "application/fhir+json") {
        @Override
        String text(int number, int patient, Instant at) {
            return """
                    {"resourceType":"Observation","identifier":[{"system":"urn:oid:2.999.1","value":"r-%d"}],
                    "status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2823-3"}]},
                    "subject":{"reference":"Patient/load-%d"},"effectiveDateTime":"%s",
                    "valueQuantity":{"value":4.%d,"unit":"mmol/L","system":"http://unitsofmeasure.org","code":"mmol/L"}}"""
                    .formatted(number, patient, at, number % 10);
        }
    },
    HL7V2("hl7v2", "x-application/hl7-v2+er7") {
        @Override
        String text(int number, int patient, Instant at) {
            String time = HL7_TIME.format(at.atOffset(ZoneOffset.UTC));
            return "MSH|^~\\&|LAB|HOUSE|FW|WARD|" + time + "+0000||ORU^R01^ORU_R01|c-" + number + "|P|2.5.1\r"
                    + "PID|1||load-" + patient + "^^^HOUSE^MR||Load^Patient||19700101|F\r"
                    + "OBR|1||a-" + number + "^LAB|2823-3^Potassium^LN|||" + time + "+0000|||||||||||||||||||F\r"
                    + "OBX|1|NM|2823-3^Potassium^LN||4." + number % 10 + "|mmol/L^^UCUM|3.5-5.1|N|||F|||" + time
                    + "+0000\r";
        }
    };

    private static final DateTimeFormatter HL7_TIME = DateTimeFormatter.ofPattern("yyyyMMddHHmmss");

    private final String format;
    private final String mediaType;

    Message(String format, String mediaType) {
        this.format = format;
        this.mediaType = mediaType;
    }

    /** The word for it in the file of sources. */
    String format() {
        return format;
    }

    String mediaType() {
        return mediaType;
    }

    abstract String text(int number, int patient, Instant at);

    byte[] bytes(int number, int patient, Instant at) {
        return text(number, patient, at).getBytes(StandardCharsets.UTF_8);
    }
}
