-- Claims conditions until the transaction ends, then says of each identifier whether anybody bears it, and takes numbers for new
-- resources. A function, so that its statements are planned once: planned for each call they cost more than they do.
create function chart_claim(
    claims bigint[], parameters integer[], codes text[], resources integer, out numbers bigint[], out borne boolean[])
-- One plan for all values, and one that does not read all of a table that was small when it was made.
language plpgsql volatile set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
begin
    -- In the order in which they are given; what comes below sees what whoever held one before has committed.
    perform pg_advisory_xact_lock(claim) from unnest(claims) claim;
    for i in 1..resources loop
        numbers[i] := nextval('chart_resource_no_seq');
    end loop;
    borne := '{}';
    for i in 1..cardinality(codes) loop
        borne[i] := exists (
            select from chart_token token
            where token.parameter = parameters[i] and left(token.code, 100) = left(codes[i], 100) and token.code = codes[i]);
    end loop;
end $$;
