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
-- A group that is not stale is looked up among the recorded commands only when look_up_all says
-- so. Without it a command that comes again with a newer version breaks event_stream_command,
-- nothing is recorded, and the caller calls once more with look_up_all.
--
-- The caller must hold no transaction open: the advisory lock lasts until the commit, and that
-- is what puts positions in commit order.

create function epoch_microseconds(moment timestamptz) returns bigint
    language sql immutable strict parallel safe
    return (extract(epoch from moment) * 1000000)::bigint;

create function append_batch(
    g_command uuid[], g_actor text[], g_on_behalf_of text[],
    g_recorded_at timestamptz[], g_recorded_on date[], g_witnessed boolean[],
    s_name text[],
    a_group integer[], a_stream integer[], a_expected integer[],
    a_kind text[], a_facets text[], a_body text[],
    e_append integer[], e_type text[], e_data text[], e_valid_on date[],
    t_group integer[], t_stream text[],
    tasks text, notices text, outboxes text, look_up_all boolean,
    out outcome integer[], out at_append integer[], out actual integer[],
    out recorded_at timestamptz[], out recorded_on date[],
    out first_position bigint, out previous_hash bytea, out hashes bytea[]
)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_variable
declare
    groups      integer := cardinality(g_command);
    appends     integer := cardinality(a_group);
    n_events    integer := cardinality(e_append);
    moment      timestamptz;
    today       date;
    microsecond bigint;
    head        bigint;
    link        bytea;
    lowest      integer[];            -- per stream: the lowest version that the batch expects
    tail        integer[];            -- per stream: its version, as the batch moves it
    last_append integer[];            -- per stream: the append that writes its state row
    a_base      integer[];            -- per append: version before it; null when not recorded
    a_version   integer[];            -- per append: version after it
    a_size      integer[];
    e_position  bigint[];             -- per event; null when not recorded
    e_version   integer[];
    e_ordinal   integer[];
    e_previous  bytea[];
    e_hash      bytea[];
    by_group    text;
    known       integer := 0;
    first       integer;
    a           integer;
    s           integer;
    g           integer;
    ordinal     integer;
begin
    if current_setting('transaction_isolation') <> 'read committed' then
        raise exception 'append_batch needs read committed: an older snapshot cannot see the tail';
    end if;
    perform pg_advisory_xact_lock(7215001);
    moment := clock_timestamp();
    microsecond := epoch_microseconds(moment);
    today := (moment at time zone 'Europe/Copenhagen')::date;

    for i in 1 .. n_events loop
        a_size[e_append[i]] := coalesce(a_size[e_append[i]], 0) + 1;
    end loop;
    for i in 1 .. appends loop
        s := a_stream[i];
        lowest[s] := least(lowest[s], a_expected[i]);
        a_base[i] := null;
    end loop;

    -- An index is read from the lowest expected version on: in the usual case that is one entry,
    -- however long the stream is.
    select array(
        select coalesce(
            (select e.version from event e where e.stream = s_name[i] and e.version >= lowest[i]
             order by e.version desc limit 1),
            case when lowest[i] > 0 then
                (select e.version from event e where e.stream = s_name[i]
                 order by e.version desc limit 1) end,
            0)
        from generate_series(1, cardinality(s_name)) i
    ), h.position, h.hash
    into tail, head, link
    from (select) always
    left join (select e.position, e.hash from event e order by e.position desc limit 1) h on true;
    if head is null then
        head := 0;
        link := '\x0000000000000000000000000000000000000000000000000000000000000000';
    end if;
    first_position := head + 1;
    previous_hash := link;

    -- Who may: in order, each group against the tail that the groups before it left.
    a := 1;
    for g in 1 .. groups loop
        first := a;
        outcome[g] := 0;
        at_append[g] := 0;
        actual[g] := 0;
        while a_group[a] = g loop
            s := a_stream[a];
            if tail[s] <> a_expected[a] and outcome[g] = 0 then
                outcome[g] := 2;
                at_append[g] := a;
                actual[g] := tail[s];
            end if;
            a := a + 1;
        end loop;
        if look_up_all or outcome[g] = 2 then
            if exists (
                select from generate_series(first, a - 1) i
                join event e on e.stream = s_name[a_stream[i]] and e.command_id = g_command[g]
            ) then
                outcome[g] := 1;
            end if;
        end if;
        if outcome[g] = 0 then
            for i in first .. a - 1 loop
                s := a_stream[i];
                a_base[i] := tail[s];
                tail[s] := tail[s] + coalesce(a_size[i], 0);
                a_version[i] := tail[s];
                if a_kind[i] is not null then
                    last_append[s] := i;
                end if;
            end loop;
        end if;
    end loop;

    -- The chain. docs/events.md describes these bytes; verify.py computes them again.
    for i in 1 .. n_events loop
        a := e_append[i];
        if a_base[a] is null then
            e_position[i] := null;
            continue;
        end if;
        if a <> known then
            known := a;
            ordinal := 0;
            g := a_group[a];
            if g_recorded_at[g] is null then
                g_recorded_at[g] := moment;
                g_recorded_on[g] := coalesce(g_recorded_on[g], today);
                by_group := microsecond;
            else
                g_recorded_on[g] := coalesce(
                    g_recorded_on[g],
                    (g_recorded_at[g] at time zone 'Europe/Copenhagen')::date);
                by_group := epoch_microseconds(g_recorded_at[g]);
            end if;
            by_group := concat_ws(E'\n', by_group, g_recorded_on[g] - date '1970-01-01',
                g_witnessed[g]::integer, g_command[g], g_actor[g],
                coalesce(g_on_behalf_of[g], ''), s_name[a_stream[a]]);
        end if;
        head := head + 1;
        e_position[i] := head;
        e_version[i] := a_base[a] + ordinal + 1;
        e_ordinal[i] := ordinal;
        e_previous[i] := link;
        link := sha256(link || convert_to(concat_ws(E'\n', head, by_group, e_version[i], ordinal,
            e_valid_on[i] - date '1970-01-01', e_type[i], e_data[i]), 'UTF8'));
        e_hash[i] := link;
        hashes[head - first_position + 1] := link;
        ordinal := ordinal + 1;
    end loop;
    recorded_at := g_recorded_at;
    recorded_on := g_recorded_on;

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
    select s_name[i], a_kind[last_append[i]], a_version[last_append[i]],
        a_facets[last_append[i]]::jsonb, a_body[last_append[i]]
    from generate_series(1, cardinality(s_name)) i
    where last_append[i] is not null
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
