-- One call appends one batch: groups, their appends and their events as parallel arrays.
--
-- Parameters: g_ per group, s_ per stream of the batch, a_ per append (a_group, a_stream point
-- into them), e_ per event (e_append points to its append; the events of an append stand
-- together). Companions are JSON arrays with `g` = their group, or null.
--
-- Answer, per group: outcome 0 recorded, 1 repeated, 2 stale (then at_append and actual say
-- where), recorded_at and recorded_on; and for all recorded events together, in order: the first
-- position, the hash before it and their hashes.
--
-- The caller must hold no transaction open: the advisory lock lasts until the commit, and that
-- is what puts positions in commit order.

create function hashed_text(value text) returns bytea
    language sql stable parallel safe
    return int4send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8');

create function epoch_microseconds(moment timestamptz) returns bigint
    language sql stable parallel safe
    return (extract(epoch from moment) * 1000000)::bigint;

create function append_batch(
    g_command uuid[], g_actor text[], g_on_behalf_of text[],
    g_recorded_at timestamptz[], g_recorded_on date[], g_witnessed boolean[],
    s_name text[],
    a_group integer[], a_stream integer[], a_expected integer[],
    a_kind text[], a_facets text[], a_body text[],
    e_append integer[], e_type text[], e_data text[], e_valid_on date[],
    t_group integer[], t_stream text[],
    tasks text, notices text, outboxes text,
    out outcome integer[], out at_append integer[], out actual integer[],
    out recorded_at timestamptz[], out recorded_on date[],
    out first_position bigint, out previous_hash bytea, out hashes bytea[]
)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_variable
declare
    moment      timestamptz;
    head        bigint;
    link        bytea;
    tail        integer[];            -- per stream: its version, as the batch moves it
    last_append integer[];            -- per stream: the append that wrote its state row last
    repeated    integer[];            -- groups whose command the log knows
    a_base      integer[];            -- per append: version before it; null when not recorded
    a_version   integer[];            -- per append: version after it
    a_size      integer[];
    e_position  bigint[];             -- per event; null when not recorded
    e_version   integer[];
    e_ordinal   integer[];
    e_previous  bytea[];
    e_hash      bytea[];
    groups      integer := cardinality(g_command);
    appends     integer := cardinality(a_group);
    n_events    integer := cardinality(e_append);
    of_group    bytea;
    of_append   bytea;
    known_group integer := 0;
    known       integer := 0;
    first       integer;
    a           integer := 1;
    s           integer;
    ordinal     integer := 0;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'append_batch needs read committed: an older snapshot cannot see the tail';
    end if;
    perform pg_advisory_xact_lock(7215001);
    moment := clock_timestamp();

    select e.position, e.hash into head, link from event e order by e.position desc limit 1;
    if head is null then
        head := 0;
        link := '\x0000000000000000000000000000000000000000000000000000000000000000';
    end if;
    first_position := head + 1;
    previous_hash := link;

    select array_agg(coalesce(t.version, 0) order by n) into tail
    from unnest(s_name) with ordinality as names (name, n)
    left join lateral (
        select e.version from event e where e.stream = name order by e.version desc limit 1
    ) t on true;

    select array_agg(distinct a_group[i]) into repeated
    from generate_series(1, appends) i
    where tail[a_stream[i]] > 0 and exists (
        select from event e
        where e.stream = s_name[a_stream[i]] and e.command_id = g_command[a_group[i]]);

    -- Who may: in order, each group against the tail that the groups before it left.
    a_size := array_fill(0, array[appends]);
    for e in 1 .. n_events loop
        a_size[e_append[e]] := a_size[e_append[e]] + 1;
    end loop;
    a_base := array_fill(null::integer, array[appends]);
    a_version := a_base;
    last_append := array_fill(0, array[cardinality(s_name)]);
    outcome := array_fill(0, array[groups]);
    at_append := outcome;
    actual := outcome;
    for g in 1 .. groups loop
        first := a;
        if repeated is not null and g = any (repeated) then
            outcome[g] := 1;
        end if;
        while a <= appends and a_group[a] = g loop
            if outcome[g] = 0 and tail[a_stream[a]] <> a_expected[a] then
                outcome[g] := 2;
                at_append[g] := a;
                actual[g] := tail[a_stream[a]];
            end if;
            a := a + 1;
        end loop;
        if outcome[g] = 0 then
            for i in first .. a - 1 loop
                s := a_stream[i];
                a_base[i] := tail[s];
                tail[s] := tail[s] + a_size[i];
                a_version[i] := tail[s];
                if a_kind[i] is not null then
                    last_append[s] := i;
                end if;
            end loop;
        end if;
        if g_recorded_at[g] is null then
            g_recorded_at[g] := moment;
        end if;
        if g_recorded_on[g] is null then
            g_recorded_on[g] := (g_recorded_at[g] at time zone 'Europe/Copenhagen')::date;
        end if;
    end loop;
    recorded_at := g_recorded_at;
    recorded_on := g_recorded_on;

    -- The chain. docs/events.md describes these bytes; verify.py computes them again.
    for e in 1 .. n_events loop
        a := e_append[e];
        if a_base[a] is null then
            e_position[e] := null;
            continue;
        end if;
        if a <> known then
            known := a;
            ordinal := 0;
            if a_group[a] <> known_group then
                known_group := a_group[a];
                of_group := int8send(epoch_microseconds(g_recorded_at[known_group]))
                    || int4send(g_recorded_on[known_group] - date '1970-01-01')
                    || boolsend(g_witnessed[known_group])
                    || uuid_send(g_command[known_group])
                    || hashed_text(g_actor[known_group])
                    || hashed_text(coalesce(g_on_behalf_of[known_group], ''));
            end if;
            of_append := of_group || hashed_text(s_name[a_stream[a]]);
        end if;
        head := head + 1;
        e_position[e] := head;
        e_version[e] := a_base[a] + ordinal + 1;
        e_ordinal[e] := ordinal;
        e_previous[e] := link;
        link := sha256(link || int8send(head) || of_append
            || int4send(e_version[e]) || int4send(ordinal)
            || int4send(e_valid_on[e] - date '1970-01-01')
            || hashed_text(e_type[e]) || hashed_text(e_data[e]));
        e_hash[e] := link;
        hashes[head - first_position + 1] := link;
        ordinal := ordinal + 1;
    end loop;

    insert into event (position, stream, version, ordinal, type, data, valid_on, recorded_at,
        recorded_on, witnessed, actor, on_behalf_of, command_id, previous_hash, hash)
    select e_position[i], s_name[a_stream[e_append[i]]], e_version[i], e_ordinal[i],
        e_type[i], e_data[i], e_valid_on[i],
        g_recorded_at[a_group[e_append[i]]], g_recorded_on[a_group[e_append[i]]],
        g_witnessed[a_group[e_append[i]]], g_actor[a_group[e_append[i]]],
        g_on_behalf_of[a_group[e_append[i]]], g_command[a_group[e_append[i]]],
        e_previous[i], e_hash[i]
    from generate_series(1, n_events) i
    where e_position[i] is not null;

    insert into state_row as r (stream, kind, version, facets, body)
    select s_name[a_stream[i]], a_kind[i], a_version[i], a_facets[i]::jsonb, a_body[i]
    from generate_series(1, appends) i
    where a_kind[i] is not null and a_base[i] is not null and last_append[a_stream[i]] = i
    on conflict (stream) do update set
        kind = excluded.kind, version = excluded.version,
        facets = excluded.facets, body = excluded.body;

    if cardinality(t_group) > 0 then
        perform replace_tasks(outcome, t_group, t_stream, tasks);
    end if;
    if notices is not null then
        perform put_notices(outcome, notices);
    end if;
    if outboxes is not null then
        perform put_outbox(outcome, outboxes);
    end if;
end $$;

-- The last recorded group of the batch that replaces a stream's tasks is the one that counts.
create function replace_tasks(outcome integer[], t_group integer[], t_stream text[], tasks text)
returns void language plpgsql volatile set search_path = public, pg_temp as $$
begin
    delete from task where stream in (
        select t.stream from unnest(t_group, t_stream) as t (g, stream) where outcome[t.g] = 0);
    insert into task (stream, task, role, party, since, due_on, detail)
    select l.stream, r.task, r.role, r.party, r.since, r.due_on, r.detail
    from (
        select t.stream, max(t.g) as g from unnest(t_group, t_stream) as t (g, stream)
        where outcome[t.g] = 0 group by t.stream
    ) l
    join jsonb_to_recordset(tasks::jsonb) as r (
        g integer, task text, role text, party text, since date, due_on date, detail jsonb
    ) on r.g = l.g;
end $$;

create function put_notices(outcome integer[], notices text)
returns void language sql volatile set search_path = public, pg_temp as $$
    insert into notice (stream, notice, deadline, kind, send_on, status, planned_at, due_at,
        settled_at, detail)
    select distinct on (r.stream, r.notice) r.stream, r.notice, r.deadline, r.kind, r.send_on,
        r.status, r.planned_at, r.due_at, r.settled_at, r.detail
    from jsonb_to_recordset(notices::jsonb) as r (
        g integer, stream text, notice text, deadline text, kind text, send_on date, status text,
        planned_at timestamptz, due_at timestamptz, settled_at timestamptz, detail jsonb)
    where outcome[r.g] = 0
    order by r.stream, r.notice, r.g desc
    on conflict (stream, notice) do update set
        deadline = excluded.deadline, kind = excluded.kind, send_on = excluded.send_on,
        status = excluded.status, planned_at = excluded.planned_at, due_at = excluded.due_at,
        settled_at = excluded.settled_at, detail = excluded.detail;
$$;

-- A pending row never overwrites: what was sent is not owed again. Settling changes the outcome.
create function put_outbox(outcome integer[], outboxes text)
returns void language plpgsql volatile set search_path = public, pg_temp as $$
begin
    insert into outbox (stream, notice, party, day, urgent, template, facts, status, mail_id,
        created_at, settled_at)
    select distinct on (r.stream, r.notice, r.party) r.stream, r.notice, r.party, r.day, r.urgent,
        r.template, r.facts, r.status, r.mail_id, r.created_at, r.settled_at
    from jsonb_to_recordset(outboxes::jsonb) as r (
        g integer, stream text, notice text, party text, day date, urgent boolean, template text,
        facts jsonb, status text, mail_id text, created_at timestamptz, settled_at timestamptz)
    where outcome[r.g] = 0
    order by r.stream, r.notice, r.party, r.g
    on conflict (stream, notice, party) do nothing;

    update outbox o set status = l.status, mail_id = l.mail_id, settled_at = l.settled_at
    from (
        select distinct on (r.stream, r.notice, r.party) r.*
        from jsonb_to_recordset(outboxes::jsonb) as r (
            g integer, stream text, notice text, party text, status text, mail_id text,
            settled_at timestamptz)
        where outcome[r.g] = 0 and r.status <> 'pending'
        order by r.stream, r.notice, r.party, r.g desc
    ) l
    where (o.stream, o.notice, o.party) = (l.stream, l.notice, l.party)
        and (o.status, o.mail_id, o.settled_at)
            is distinct from (l.status, l.mail_id, l.settled_at);
end $$;
