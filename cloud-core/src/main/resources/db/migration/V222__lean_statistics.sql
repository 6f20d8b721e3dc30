-- What is only ever read, never looked for or sorted by, needs no statistics: gathering them takes the processors from messages
-- once a minute while the tables grow.
alter table chart_version
    alter column content set statistics 0;
alter table webhook_arrival
    alter column digest set statistics 0,
    alter column bytes set statistics 0,
    alter column answer set statistics 0;
alter table webhook_signature
    alter column signature set statistics 0;
alter table audit_event
    alter column entry set statistics 0,
    alter column hash set statistics 0;
alter table chart_commitment
    alter column salt set statistics 0;
