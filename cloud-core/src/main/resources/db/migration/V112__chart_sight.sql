-- Whether one of the patients belongs to one of the facilities now. A function, so that what it costs is known to the planner:
-- as a condition it is taken for so dear that whatever is seen by it would be read as a whole before the first of it is shown.
create function chart_treated(patients text[], facilities text[]) returns boolean
language plpgsql stable parallel safe cost 20 as $$
begin
    return exists (
        select from chart_resource treated
        where treated.type = 'Patient' and treated.id = any(chart_treated.patients)
            and treated.facilities && chart_treated.facilities);
end $$;
