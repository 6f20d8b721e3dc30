-- When a record that was there before became what it is now; null: it is as it came, or changed before this was kept.
alter table reading add column changed_at timestamptz;
alter table reading_history add column changed_at timestamptz;
alter table waveform add column changed_at timestamptz;
alter table waveform_history add column changed_at timestamptz;
