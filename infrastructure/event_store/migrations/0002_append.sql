-- One call appends one batch: groups, their appends and their events as parallel arrays.
--
-- Parameters: g_ per group (its appends are g_first .. g_last), s_ per stream of the batch
-- (s_lowest: the lowest version that any append expects), a_ per append (a_group and a_stream point
-- to its group and stream, its events are a_first .. a_last), e_ per event. g_recorded_at null: the clock of the
-- database; g_recorded_on null: its date in Copenhagen. Companions are JSON arrays with `g` = their
-- group, or null.
--
-- Answer: outcome per group (0 recorded; -1 repeated; else stale, the append's number times 2^32
-- plus the version that its stream stands at); the clock's moment and date; and for all recorded
-- events, in order: the first position, the hash before it and their hashes.
--
-- A group that is not stale is looked up among the recorded commands only when look_up_all says
-- so. Without it a command that comes again with a newer version breaks event_stream_command,
-- nothing is recorded, and the caller calls once more with look_up_all.
--
-- The caller must hold no transaction open: the advisory lock lasts until the commit, and that
-- is what puts positions in commit order.
--
-- What is checked here and not by the table: a table's checks are compiled anew by every insert,
-- a quarter of the time of a small batch, and nobody but this function inserts events.

create function epoch_microseconds(moment timestamptz) returns bigint
    language sql immutable strict parallel safe
    return (extract(epoch from moment) * 1000000)::bigint;

create function append_batch(
    g_first integer[], g_last integer[], g_command uuid[], g_actor text[], g_on_behalf_of text[],
    g_recorded_at timestamptz[], g_recorded_on date[], g_witnessed boolean[],
    s_name text[], s_lowest integer[],
    a_group integer[], a_stream integer[], a_expected integer[], a_first integer[], a_last integer[],
    a_kind text[], a_facets text[], a_body text[],
    e_type text[], e_data text[], e_valid_on date[],
    t_group integer[], t_stream text[],
    tasks text, notices text, outboxes text, look_up_all boolean,
    out outcome bigint[], out moment timestamptz, out today date,
    out first_position bigint, out previous_hash bytea, out hashes bytea[]
)
language plpgsql volatile security definer set search_path = public, pg_temp as $$
#variable_conflict use_variable
declare
    head        bigint;
    link        bytea;
    microsecond bigint;
    tail        integer[];    -- per stream: its version, as the batch moves it
    last_append integer[];    -- per stream: the append that writes its state row
    a_base      integer[];    -- per append: the version before it
    e_append    integer[];    -- per event; null when not recorded
    e_position  bigint[];
    by_group    text;
    s           integer;
    inserted    bigint;
begin
    -- The lock comes second, and is what makes the next statement see the tail.
    if current_setting('transaction_isolation') <> 'read committed'
        or pg_advisory_xact_lock(7215001) is null
    then
        raise exception 'append_batch needs read committed: an older snapshot cannot see the tail';
    end if;

    -- An index is read from the lowest expected version on: in the usual case that is one entry,
    -- however long the stream is.
    select array(
        select coalesce(
            (select e.version from event e where e.stream = s_name[i] and e.version >= s_lowest[i]
             order by e.version desc limit 1),
            case when s_lowest[i] > 0 then
                (select e.version from event e where e.stream = s_name[i]
                 order by e.version desc limit 1) end,
            0)
        from generate_series(1, cardinality(s_name)) i
    ), coalesce(h.position, 0), coalesce(h.hash, decode(repeat('00', 32), 'hex')),
        clock.now, epoch_microseconds(clock.now), (clock.now at time zone 'Europe/Copenhagen')::date
    into tail, head, link, moment, microsecond, today
    from (select clock_timestamp() as now offset 0) clock
    left join (select e.position, e.hash from event e order by e.position desc limit 1) h on true;
    first_position := head + 1;
    previous_hash := link;

    for g in 1 .. cardinality(g_command) loop
        -- In order, each group against the tail that the groups before it left.
        outcome[g] := 0;
        for a in g_first[g] .. g_last[g] loop
            if tail[a_stream[a]] <> a_expected[a] then
                outcome[g] := a::bigint << 32 | tail[a_stream[a]];
                exit;
            end if;
        end loop;
        if look_up_all or outcome[g] <> 0 then
            if exists (
                select from generate_series(g_first[g], g_last[g]) i
                join event e on e.stream = s_name[a_stream[i]] and e.command_id = g_command[g]
            ) then
                outcome[g] := -1;
            end if;
            continue when outcome[g] <> 0;
        end if;

        -- The chain. docs/events.md describes these bytes; chain.py computes them again.
        by_group := concat_ws(E'\n',
            coalesce(epoch_microseconds(g_recorded_at[g]), microsecond),
            coalesce(g_recorded_on[g], today) - date '1970-01-01', g_witnessed[g]::integer,
            g_command[g], g_actor[g], coalesce(g_on_behalf_of[g], ''));
        for a in g_first[g] .. g_last[g] loop
            s := a_stream[a];
            if strpos(s_name[s], E'\n') > 0 or strpos(g_actor[g], E'\n') > 0
                or strpos(g_on_behalf_of[g], E'\n') > 0
                or octet_length(s_name[s]) not between 1 and 200
                or g_actor[g] = '' or g_on_behalf_of[g] = ''
                or (a_kind[a] is not null and a_facets[a] is not json object)
            then
                raise check_violation using message = 'a name is empty, too long or has a newline,'
                    ' or facets are no JSON object';
            end if;
            a_base[a] := tail[s];
            for i in a_first[a] .. a_last[a] loop
                if e_data[i] is not json object or strpos(e_type[i], E'\n') > 0 then
                    raise check_violation using message = 'data is no JSON object, or no type';
                end if;
                head := head + 1;
                e_append[i] := a;
                e_position[i] := head;
                link := sha256(link || convert_to(concat_ws(E'\n', head, by_group, s_name[s],
                    a_base[a] + 1 + i - a_first[a], i - a_first[a],
                    e_valid_on[i] - date '1970-01-01', e_type[i], e_data[i]), 'UTF8'));
                hashes[head - first_position + 1] := link;
            end loop;
            tail[s] := tail[s] + 1 + a_last[a] - a_first[a];
            if a_kind[a] is not null then
                last_append[s] := a;
            end if;
        end loop;
    end loop;
    if head < first_position then
        return;
    end if;

    insert into event (position, stream, version, ordinal, type, data, valid_on, recorded_at,
        recorded_on, witnessed, actor, on_behalf_of, command_id, previous_hash, hash)
    select e_position[i], s_name[a_stream[a]], a_base[a] + 1 + i - a_first[a], i - a_first[a],
        e_type[i], e_data[i], e_valid_on[i],
        coalesce(g_recorded_at[g], moment), coalesce(g_recorded_on[g], today),
        g_witnessed[g], g_actor[g], g_on_behalf_of[g], g_command[g],
        case when e_position[i] = first_position then previous_hash
            else hashes[e_position[i] - first_position] end,
        hashes[e_position[i] - first_position + 1]
    from generate_series(1, cardinality(e_type)) i
    cross join lateral (select e_append[i] as a, a_group[e_append[i]] as g) at
    where e_append[i] is not null;
    get diagnostics inserted = row_count;
    if inserted <> 1 + head - first_position then
        raise check_violation using message = 'the appends of a batch share events';
    end if;

    if last_append is not null then
        insert into state_row as r (stream, kind, version, facets, body)
        select s_name[i], a_kind[a], 1 + a_base[a] + a_last[a] - a_first[a],
            a_facets[a]::jsonb, a_body[a]
        from generate_series(1, cardinality(s_name)) i
        cross join lateral (select last_append[i] as a) last
        where last_append[i] is not null
        on conflict (stream) do update set
            kind = excluded.kind, version = excluded.version,
            facets = excluded.facets, body = excluded.body;
    end if;

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
create function replace_tasks(outcome bigint[], t_group integer[], t_stream text[], tasks text)
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

create function put_notices(outcome bigint[], notices text)
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
create function put_outbox(outcome bigint[], outboxes text)
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
