-- One call appends one batch: groups, their appends and their events as parallel arrays.
--
-- Parameters: g_ per group, s_ per stream of the batch (s_lowest: the lowest version that any
-- append expects), a_ per append (a_stream is its stream's number), e_ per event. g_last is the
-- last append of a group, a_last the last event of an append. g_on_behalf_of, g_recorded_at,
-- g_recorded_on, g_witnessed and a_kind to a_body are null when no element has anything to say: by
-- default nobody, the clock of the database, its date in Copenhagen, true, and no state row.
-- Companions are JSON arrays with `g` = their group, or null.
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
    language sql stable strict parallel safe
    return (extract(epoch from moment) * 1000000)::bigint;

create function append_batch(
    g_last integer[], g_command uuid[], g_actor text[], g_on_behalf_of text[],
    g_recorded_at timestamptz[], g_recorded_on date[], g_witnessed boolean[],
    s_name text[], s_lowest integer[],
    a_stream integer[], a_expected integer[], a_last integer[],
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
    -- A set-based statement costs more to start, and less for each of its rows.
    is_small    boolean := cardinality(e_type) <= 4;
    head        bigint;
    link        bytea;
    next_link   bytea;
    microsecond bigint;
    tail        integer[];    -- per stream: its version, as the batch moves it
    last_append integer[];    -- per stream: the append that writes its state row
    e_append    integer[];    -- per recorded event
    e_group     integer[];
    e_event     integer[];
    e_version   integer[];
    by_group    text;
    name        text;
    s           integer;
    first_a     integer := 1;
    first_e     integer;
begin
    -- The lock comes second, and is what makes the next statement see the tail.
    if current_setting('transaction_isolation') <> 'read committed'
        or pg_advisory_xact_lock(7215001) is null
    then
        raise exception 'append_batch needs read committed: an older snapshot cannot see the tail';
    end if;

    select e.position, e.hash into head, link from event e order by e.position desc limit 1;
    if not found then
        head := 0;
        link := decode(repeat('00', 32), 'hex');
    end if;
    first_position := head + 1;
    previous_hash := link;
    moment := clock_timestamp();
    today := (moment at time zone 'Europe/Copenhagen')::date;
    microsecond := epoch_microseconds(moment);
    -- An index is read from the lowest expected version on: in the usual case that is one entry,
    -- however long the stream is.
    tail := array(
        select coalesce(
            (select e.version from event e where e.stream = s_name[i] and e.version >= s_lowest[i]
             order by e.version desc limit 1),
            case when s_lowest[i] > 0 then
                (select e.version from event e where e.stream = s_name[i]
                 order by e.version desc limit 1) end,
            0)
        from generate_series(1, cardinality(s_name)) i);

    for g in 1 .. cardinality(g_command) loop
        -- In order, each group against the tail that the groups before it left.
        outcome[g] := 0;
        for a in first_a .. g_last[g] loop
            if tail[a_stream[a]] <> a_expected[a] then
                outcome[g] := a::bigint << 32 | tail[a_stream[a]];
                exit;
            end if;
        end loop;
        if look_up_all or outcome[g] <> 0 then
            for a in first_a .. g_last[g] loop
                if exists (select from event e where e.stream = s_name[a_stream[a]]
                    and e.command_id = g_command[g])
                then
                    outcome[g] := -1;
                end if;
            end loop;
            if outcome[g] <> 0 then
                first_a := g_last[g] + 1;
                continue;
            end if;
        end if;

        -- The chain. docs/events.md describes these bytes; chain.py computes them again.
        by_group := concat_ws(E'\n', coalesce(epoch_microseconds(g_recorded_at[g]), microsecond),
            coalesce(g_recorded_on[g], today) - date '1970-01-01',
            coalesce(g_witnessed[g], true)::integer, g_command[g], g_actor[g],
            coalesce(g_on_behalf_of[g], ''));
        for a in first_a .. g_last[g] loop
            s := a_stream[a];
            name := s_name[s];
            if strpos(concat(name, g_actor[g], g_on_behalf_of[g]), E'\n') > 0
                or octet_length(name) not between 1 and 200
                or g_actor[g] = '' or g_on_behalf_of[g] = ''
                or a_facets[a] is not json object
            then
                raise check_violation using message = 'a name is empty, too long or has a newline,'
                    ' or facets are no JSON object';
            end if;
            first_e := coalesce(a_last[a - 1], 0) + 1;
            for i in first_e .. a_last[a] loop
                if e_data[i] is not json object or strpos(e_type[i], E'\n') > 0 then
                    raise check_violation using message = 'data is no JSON object, or no type';
                end if;
                head := head + 1;
                tail[s] := tail[s] + 1;
                next_link := sha256(link || convert_to(concat_ws(E'\n', head, by_group, name,
                    tail[s], i - first_e, e_valid_on[i] - date '1970-01-01', e_type[i], e_data[i]),
                    'UTF8'));
                if is_small then
                    insert into event (position, stream, version, ordinal, type, data, valid_on,
                        recorded_at, recorded_on, witnessed, actor, on_behalf_of, command_id,
                        previous_hash, hash)
                    values (head, name, tail[s], i - first_e, e_type[i], e_data[i],
                        e_valid_on[i], coalesce(g_recorded_at[g], moment),
                        coalesce(g_recorded_on[g], today), coalesce(g_witnessed[g], true),
                        g_actor[g], g_on_behalf_of[g], g_command[g], link, next_link);
                else
                    e_group[head - first_position + 1] := g;
                    e_append[head - first_position + 1] := a;
                    e_event[head - first_position + 1] := i;
                    e_version[head - first_position + 1] := tail[s];
                end if;
                hashes[head - first_position + 1] := next_link;
                link := next_link;
            end loop;
            if a_kind[a] is not null then
                if is_small then
                    insert into state_row (stream, kind, version, facets, body)
                    values (name, a_kind[a], tail[s], a_facets[a]::jsonb, a_body[a])
                    on conflict (stream) do update set
                        kind = excluded.kind, version = excluded.version,
                        facets = excluded.facets, body = excluded.body;
                else
                    last_append[s] := a;
                end if;
            end if;
        end loop;
        first_a := g_last[g] + 1;
    end loop;
    if head < first_position then
        return;
    end if;

    if not is_small then
        insert into event (position, stream, version, ordinal, type, data, valid_on, recorded_at,
            recorded_on, witnessed, actor, on_behalf_of, command_id, previous_hash, hash)
        select first_position + n - 1, s_name[a_stream[a]], e_version[n],
            i - 1 - coalesce(a_last[a - 1], 0), e_type[i], e_data[i], e_valid_on[i],
            coalesce(g_recorded_at[g], moment), coalesce(g_recorded_on[g], today),
            coalesce(g_witnessed[g], true), g_actor[g], g_on_behalf_of[g], g_command[g],
            coalesce(hashes[n - 1], previous_hash), hashes[n]
        from unnest(e_group, e_append, e_event) with ordinality as at (g, a, i, n);
        insert into state_row (stream, kind, version, facets, body)
        select s_name[n], a_kind[a], tail[n], a_facets[a]::jsonb, a_body[a]
        from generate_series(1, cardinality(s_name)) n
        cross join lateral (select last_append[n] as a) last
        where a is not null
        on conflict (stream) do update set
            kind = excluded.kind, version = excluded.version,
            facets = excluded.facets, body = excluded.body;
    end if;

    if num_nonnulls(t_group, notices, outboxes) > 0 then
        perform replace_tasks(outcome, t_group, t_stream, tasks),
            put_notices(outcome, notices), put_outbox(outcome, outboxes);
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
