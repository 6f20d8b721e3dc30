-- A leaf of the log is the hash of a commitment that stands in commitment_batch: its tiles are made of that when a proof asks.
delete from ledger_tile where level = 0;
