-- Every index entry is paid by every message. What was answered by two indexes of references is answered by one, that begins
-- with the id: few share one, so parameter and type need not come first.
create index chart_reference_target on chart_reference (id, type, parameter, resource_no) where type <> '';
drop index chart_reference_id;
drop index chart_reference_named;

-- The rows of one resource are found by its patients and its last spans (chart.index.SqlIndex).
drop index chart_timeline_resource;

-- Rows come in the order of time here, so a summary of each stretch of the table is enough to find a time.
drop index webhook_signature_age;
create index webhook_signature_age on webhook_signature using brin (seen_at) with (autosummarize = on);
drop index audit_event_at;
create index audit_event_at on audit_event using brin (at_us) with (autosummarize = on);
