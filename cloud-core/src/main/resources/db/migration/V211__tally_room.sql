-- Each step counts its readings in a row per device: with room beside it the row is rewritten where it stands, and no index
-- need be told.
alter table tally set (fillfactor = 50);
alter table tally_origin set (fillfactor = 50);
