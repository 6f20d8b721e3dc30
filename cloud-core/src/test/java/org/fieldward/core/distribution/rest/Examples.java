package org.fieldward.core.distribution.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.TreeMap;

/** A small valid resource of each type that is served, and a rich one of some. */
final class Examples {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SUBJECT = "'subject':{'reference':'Patient/p'}";
    private static final String PATIENT = "'patient':{'reference':'Patient/p'}";

    private Examples() {}

    /** By type, without {@code resourceType}. */
    private static final Map<String, String> SMALL = Map.ofEntries(
            Map.entry("Patient", "'gender':'female'"),
            Map.entry("Practitioner", "'name':[{'family':'Hall'}]"),
            Map.entry("PractitionerRole", "'active':true"),
            Map.entry("Organization", "'name':'North Clinic'"),
            Map.entry("Location", "'name':'Bed 1'"),
            Map.entry("Device", "'status':'active'"),
            Map.entry("DeviceUseStatement", "'status':'active'," + SUBJECT + ",'device':{'reference':'Device/d'}"),
            Map.entry(
                    "Encounter",
                    "'status':'in-progress','class':{'system':'http://terminology.hl7.org/CodeSystem/v3-ActCode','code':'IMP'},"
                            + SUBJECT),
            Map.entry("Observation", "'status':'final','code':{'text':'mood'}," + SUBJECT),
            Map.entry("DiagnosticReport", "'status':'final','code':{'text':'chest X-ray'}," + SUBJECT),
            Map.entry("ServiceRequest", "'status':'active','intent':'order'," + SUBJECT),
            Map.entry("ImagingStudy", "'status':'available'," + SUBJECT),
            Map.entry("Specimen", SUBJECT),
            Map.entry(
                    "MedicationRequest",
                    "'status':'active','intent':'order','medicationCodeableConcept':{'text':'aspirin'}," + SUBJECT),
            Map.entry("Medication", "'code':{'text':'aspirin'}"),
            Map.entry(
                    "AllergyIntolerance",
                    "'type':'allergy'," + PATIENT + ",'clinicalStatus':{'coding':[{'system':"
                            + "'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical','code':'active'}]}"),
            Map.entry(
                    "Condition",
                    SUBJECT + ",'clinicalStatus':{'coding':[{'system':"
                            + "'http://terminology.hl7.org/CodeSystem/condition-clinical','code':'active'}]}"),
            Map.entry(
                    "Consent",
                    "'status':'active','scope':{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/consentscope',"
                            + "'code':'patient-privacy'}]},'category':[{'coding':[{'system':'http://loinc.org','code':'59284-0'}]}],"
                            + PATIENT
                            + ",'policyRule':{'text':'house rule'}"),
            Map.entry(
                    "Provenance",
                    "'target':[{'reference':'Patient/p'}],'recorded':'2026-03-01T10:00:00.123Z',"
                            + "'agent':[{'who':{'display':'a nurse'}}]"),
            Map.entry("Flag", "'status':'active','code':{'text':'falls'}," + SUBJECT),
            Map.entry("Communication", "'status':'completed'," + SUBJECT),
            Map.entry("Task", "'status':'requested','intent':'order'"),
            Map.entry(
                    "Subscription",
                    "'status':'off','reason':'test','criteria':'Observation?code=1',"
                            + "'channel':{'type':'rest-hook','endpoint':'https://receiver.example/hook'}"),
            Map.entry("Schedule", "'actor':[{'reference':'Practitioner/p'}]"),
            Map.entry(
                    "Slot",
                    "'schedule':{'reference':'Schedule/s'},'status':'free','start':'2026-04-01T08:00:00Z',"
                            + "'end':'2026-04-01T08:15:00Z'"),
            Map.entry(
                    "Appointment",
                    "'status':'proposed','participant':[{'actor':{'reference':'Patient/p'},'status':'needs-action'}]"),
            Map.entry("Binary", "'contentType':'application/pdf','data':'SGVsbG8='"),
            Map.entry("Bundle", "'type':'collection'"),
            Map.entry("Group", "'type':'person','actual':true"),
            Map.entry("List", "'status':'current','mode':'working'"),
            Map.entry(
                    "DocumentReference",
                    "'status':'current','content':[{'attachment':{'contentType':'text/plain','data':'SGVsbG8='}}]"),
            Map.entry(
                    "Endpoint",
                    "'status':'active','connectionType':{'system':"
                            + "'http://terminology.hl7.org/CodeSystem/endpoint-connection-type','code':'hl7-fhir-rest'},"
                            + "'payloadType':[{'text':'any'}],'address':'https://other.example/fhir'"),
            Map.entry("Basic", "'code':{'text':'note'}"));

    /** What a resource can hold at all: narrative, extensions of all kinds, contained ones, decimals, odd times. */
    static final String RICH_OBSERVATION = "{'resourceType':'Observation','meta':{'source':'urn:gateway:7','profile':["
            + "'http://hl7.org/fhir/StructureDefinition/Observation'],'security':[{'system':"
            + "'http://terminology.hl7.org/CodeSystem/v3-Confidentiality','code':'R'}],'tag':[{'code':'x','display':'y'}]},"
            + "'implicitRules':'http://house.example/rules','language':'en','text':{'status':'generated','div':"
            + "'<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><p>Temp <b>37.50</b> &lt; 38 \u00e9</p></div>'},"
            + "'contained':[{'resourceType':'Device','id':'d1','deviceName':[{'name':'probe','type':'user-friendly-name'}]},"
            + "{'resourceType':'Practitioner','id':'pr','name':[{'family':'Hall','given':['A','B']}]}],"
            + "'extension':[{'url':'http://house.example/depth','extension':[{'url':'inner','valueDecimal':1.00},"
            + "{'url':'time','valueTime':'08:00:00'}]},{'url':'http://house.example/amount','valueQuantity':{'value':0.0500}}],"
            + "'modifierExtension':[{'url':'http://house.example/not','valueBoolean':false}],"
            + "'identifier':[{'use':'official','system':'urn:oid:2.16.840.1.113883.19','value':'A/7','period':{'start':'2026'}}],"
            + "'basedOn':[{'reference':'ServiceRequest/s/_history/3'}],'status':'final','_status':{"
            + "'extension':[{'url':'http://house.example/why','valueString':'checked twice'}]},"
            + "'category':[{'coding':[{'system':'http://terminology.hl7.org/CodeSystem/observation-category','code':'exam'}]}],"
            + "'code':{'id':'c','coding':[{'system':'http://loinc.org','code':'8310-5','display':'Body temperature'},"
            + "{'system':'http://house.example/c','code':'t','userSelected':true}],'text':'temp'},"
            + "'subject':{'reference':'Patient/p','display':'Anna'},'focus':[{'identifier':{'system':'urn:x','value':'1'}}],"
            + "'effectivePeriod':{'start':'2026-03-01T10:00:00.120+01:00','end':'2026-03-01T11:00:00.1+01:00'},"
            + "'issued':'2026-03-01T12:00:00.000Z','performer':[{'reference':'#pr'}],"
            + "'valueQuantity':{'value':37.50,'comparator':'<','unit':'C','system':'http://unitsofmeasure.org','code':'Cel'},"
            + "'interpretation':[{'text':'n'}],'note':[{'authorString':'x','time':'2026-03','text':'line\\nline \ud83d\ude00'}],"
            + "'device':{'reference':'#d1'},'referenceRange':[{'low':{'value':36.0},'high':{'value':38.000},'text':'36-38'}],"
            + "'component':[{'code':{'text':'sampled'},'valueSampledData':{'origin':{'value':0.0},'period':10.0,'factor':0.10,"
            + "'dimensions':1,'data':'1 2 E U 3'}},{'code':{'text':'gone'},'dataAbsentReason':{'text':'asked'}},"
            + "{'code':{'text':'date'},'valueDateTime':'2026-02'},{'code':{'text':'ratio'},'valueRatio':"
            + "{'numerator':{'value':1},'denominator':{'value':1.280}}}]}";

    static final String RICH_PATIENT =
            "{'resourceType':'Patient','identifier':[{'system':'urn:mrn','value':'R1','_value':{'extension':[{'url':"
                    + "'http://house.example/checked','valueDate':'2026-01-31'}]},'assigner':{'reference':'#o'}}],"
                    + "'contained':[{'resourceType':'Organization','id':'o','name':'Clinic'}],'active':true,'name':[{'use':'official',"
                    + "'family':'van der Berg','_family':{'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/humanname-own-prefix',"
                    + "'valueString':'van der'}]},'given':['Anna',null,'Bo'],'_given':[null,{'extension':[{'url':"
                    + "'http://hl7.org/fhir/StructureDefinition/data-absent-reason','valueCode':'masked'}]},null]}],"
                    + "'telecom':[{'system':'phone','value':'+41 1','rank':1}],'gender':'female','birthDate':'1970-03',"
                    + "'_birthDate':{'extension':[{'url':'http://hl7.org/fhir/StructureDefinition/patient-birthTime',"
                    + "'valueDateTime':'1970-03-30T14:35:45-05:00'}]},'deceasedBoolean':false,"
                    + "'address':[{'line':['1 Way','B'],'city':'X','postalCode':'00100','country':'CH'}],"
                    + "'multipleBirthInteger':2,'contact':[{'relationship':[{'text':'sister'}],'name':{'text':'C'}}],"
                    + "'communication':[{'language':{'coding':[{'system':'urn:ietf:bcp:47','code':'de'}]},'preferred':true}],"
                    + "'link':[{'other':{'reference':'Patient/older'},'type':'replaces'}]}";

    static final String RICH_BUNDLE =
            "{'resourceType':'Bundle','identifier':{'system':'urn:x','value':'1'},'type':'collection','timestamp':'2026-03-01T10:00:00.120Z',"
                    + "'entry':[{'fullUrl':'urn:uuid:0a51b7a5-6a4e-4f2e-9c01-0c8e1a11a001','resource':{'resourceType':'Patient','id':'inside',"
                    + "'gender':'male'}},{'fullUrl':'urn:uuid:0a51b7a5-6a4e-4f2e-9c01-0c8e1a11a002','resource':{'resourceType':'Observation',"
                    + "'contained':[{'resourceType':'Device','id':'d','status':'active'}],'device':{'reference':'#d'},"
                    + "'status':'final','code':{'text':'x'},'subject':{'reference':'urn:uuid:0a51b7a5-6a4e-4f2e-9c01-0c8e1a11a001'},"
                    + "'valueQuantity':{'value':1.50}}}]}";

    static Map<String, String> small() {
        var all = new TreeMap<String, String>();
        SMALL.forEach((type, text) -> all.put(type, json("{'resourceType':'" + type + "'," + text + "}")));
        return all;
    }

    static String json(String text) {
        return text.replace('\'', '"');
    }

    static JsonNode tree(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
