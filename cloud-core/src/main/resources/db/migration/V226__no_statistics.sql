-- Nobody searches by these, but whoever keeps the planner's statistics took the arrays of every run apart for them, and counted
-- their elements: a second of CPU and more each time a table had grown. Those of measured stay: they say how long a run is.
alter table reading_run
    alter column present set statistics 0,
    alter column positions set statistics 0,
    alter column head set statistics 0,
    alter column middles set statistics 0,
    alter column tail set statistics 0,
    alter column secret set statistics 0;
alter table reading
    alter column salt set statistics 0,
    alter column record set statistics 0;
alter table commitment_batch alter column commitments set statistics 0;
alter table ledger_tile alter column hashes set statistics 0;
alter table journal
    alter column covers set statistics 0,
    alter column fresh set statistics 0,
    alter column content set statistics 0;
