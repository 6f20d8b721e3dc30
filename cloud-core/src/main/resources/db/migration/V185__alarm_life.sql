-- Whether a step of an alarm's life was overtaken is asked for every one that is told.
create index alarm_history_alarm on alarm_history (gateway, alarm);
