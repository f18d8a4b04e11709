-- schema/views.sql - what an auditor reads with the plain sqlite3 shell.
--
-- Nothing here is stored: each figure follows from the tables by the formula in the view's
-- own comment (.schema v_query shows it). Units are in names: _j joules, _s seconds, _w
-- watts, _g grams of CO2e. NULL means "not known", and a reason stands beside it. A WHERE
-- trial_id = N is answered without reading the stretches of other trials.
-- A view stands below those that it reads.

CREATE VIEW v_rollup AS
  -- One row per trial, phase and channel: what the channel did in the stretches
  -- first_stretch..last_stretch of the phase (of a phase that was cut off: all from its first).
  --   si       counter: SUM(stretch.advance) * unit_per_raw: wraparound is resolved in advance;
  --            gauge of watts: the same, since its advance is its integral in raw * seconds:
  --            each reading holds for the interval that ends at it (step rule); other gauges:
  --            SUM(mean_raw * duration) * unit_per_raw. NULL: no good reading at all
  --   si_low, si_high   what the readings allow: with advance_low, advance_high, which hold
  --            what gaps and ambiguous wraps may hide, and for watts the least and greatest
  --            reading around each interval. Another gauge's si_high is NULL when it has
  --            stretches without a reading
  --   update_interval_ns   as the collector knows it, or as long as the counter was seen to
  --            stand still (channel.seen_interval_ns)
  --   is_stuck 1: a counter of joules that was read and never moved (or only by steps that
  --            cannot be), for longer than a live sensor can stand still, five of its update
  --            intervals and a quarter of a second: si and si_low are NULL, not zero
SELECT trial_id, phase_ordinal, phase, collector, channel, channel_id, domain, kind, unit,
       provenance, counted, unit_per_raw, update_interval_ns, uncertainty_k2, max_power_w,
       seconds, n_readings, n_failed, wraps, is_stuck, edge_early_ns,
       CASE WHEN n_readings > 0 AND NOT is_stuck
            THEN iif(is_mean, integral, advance) * unit_per_raw END AS si,
       CASE WHEN n_readings > 0 AND NOT is_stuck
            THEN iif(is_mean, integral, advance_low) * unit_per_raw END AS si_low,
       CASE WHEN NOT is_mean THEN advance_high
            WHEN n_unread = 0 THEN integral END * unit_per_raw AS si_high
FROM (
  SELECT p.trial_id, p.ordinal AS phase_ordinal, p.name AS phase,
         c.collector, c.name AS channel, c.channel_id, c.domain, c.kind, c.unit,
         c.provenance, c.counted, c.unit_per_raw,
         coalesce(max(c.update_interval_ns, c.seen_interval_ns), c.update_interval_ns,
                  c.seen_interval_ns) AS update_interval_ns, c.uncertainty_k2,
         c.max_power_w,
         (max(s.end_mono_ns) - min(s.begin_mono_ns)) * 1e-9 AS seconds,
         p.begin_early_ns + p.begin_lag_ns + p.end_early_ns + coalesce(p.end_lag_ns, 0)
           AS edge_early_ns,
         sum(s.n) AS n_readings, sum(s.n_failed) AS n_failed, sum(s.wraps) AS wraps,
         sum(s.n = 0 AND s.end_mono_ns > s.begin_mono_ns) AS n_unread,
         c.kind = 'counter' AND c.unit = 'J' AND sum(s.advance) = 0 AND sum(s.n) > 0
           AND (sum(s.advance_high) > 0
                OR max(s.end_mono_ns) - min(s.begin_mono_ns)
                   > max(5 * coalesce(c.update_interval_ns, 100000000), 250000000)) AS is_stuck,
         sum(s.advance) AS advance,
         sum(s.advance_low) AS advance_low,
         sum(s.advance_high) AS advance_high,
         c.kind = 'gauge' AND c.unit <> 'W' AS is_mean,
         total(iif(c.kind = 'gauge', s.mean_raw * (s.end_mono_ns - s.begin_mono_ns), NULL))
           * 1e-9 AS integral
-- CROSS JOIN and this order of GROUP BY follow the indexes: no sort, however long the run.
  FROM phase p CROSS JOIN channel c CROSS JOIN stretch s
  WHERE c.trial_id = p.trial_id AND s.channel_id = c.channel_id
    AND s.seq BETWEEN p.first_stretch AND coalesce(p.last_stretch, 9223372036854775807)
  GROUP BY p.trial_id, p.ordinal, c.collector, c.name, c.unit
);

CREATE VIEW v_energy AS
  -- One row per trial, phase and energy channel.
  --   joules, joules_low, joules_high   of the whole machine (gross), with the bounds that gaps
  --                       and ambiguous wraps leave (v_rollup.si, si_low, si_high), and edge_j
  --   edge_j              what the two edges may hide: each reading can be one update interval
  --                       old, and the edge itself that much earlier (edge_early_ns: the reading
  --                       followed the program's stamp, or that its output). Their sum * 3 * mean watts, for a load that changes; where
  --                       the phase has less than 20 intervals a counter says too little, and
  --                       without a reading there is none: max_power_w stands in (unknown:
  --                       2000 W, see schema/samples/advance.h)
  --   watts               joules / seconds
  --   cpu_share           CPU seconds of the process tree / busy CPU seconds of the machine in
  --                       the same phase (at most 1): channels tree and busy of cputime
  --   cpu_share_low, cpu_share_high   what the machine's CPU seconds leave open, by their ticks
  --                       and by readings that failed or cannot be:
  --                       tree / max(busy's si_high or si_low +- 2 * share_interval_ns, tree)
  --   joules_attributed   joules * cpu_share: the run's part, if each busy second cost the same
  --   counted             1: in the total. 0: inside another channel (core, uncore), or around
  --                       others (psys): never add these
  --   uncertainty_k2      of the instrument, relative, expanded (k = 2)
  --   share_interval_ns   how often the CPU seconds behind cpu_share change
SELECT trial_id, phase_ordinal, phase, collector, channel, channel_id, domain,
       si AS joules, max(si_low - edge_j, 0) AS joules_low, si_high + edge_j AS joules_high,
       edge_j, seconds, si / seconds AS watts,
       tree_s / max(busy_s, tree_s) AS cpu_share,
       tree_s / max(busy_high_s + share_tick_s, tree_s, 1e-9) AS cpu_share_low,
       tree_s / max(busy_low_s - share_tick_s, tree_s, 1e-9) AS cpu_share_high,
       si * (tree_s / max(busy_s, tree_s)) AS joules_attributed,
       counted, provenance, uncertainty_k2, wraps, n_failed, is_stuck,
       unit_per_raw, update_interval_ns, share_interval_ns
FROM (
  SELECT *, 2e-9 * coalesce(share_interval_ns, 0) AS share_tick_s FROM (
  SELECT *,
         (coalesce(update_interval_ns, 0) + edge_early_ns) * 1e-9
           * coalesce(iif(kind = 'gauge' OR seconds * 1e9 >= 20 * update_interval_ns,
                           3 * si / seconds, NULL),
                      max_power_w, 2000) AS edge_j,
         max(si) FILTER (WHERE collector = 'cputime' AND channel = 'tree') OVER one AS tree_s,
         max(si) FILTER (WHERE collector = 'cputime' AND channel = 'busy') OVER one AS busy_s,
         max(si_low) FILTER (WHERE collector = 'cputime' AND channel = 'busy') OVER one
           AS busy_low_s,
         max(si_high) FILTER (WHERE collector = 'cputime' AND channel = 'busy') OVER one
           AS busy_high_s,
         max(update_interval_ns) FILTER (WHERE collector = 'cputime') OVER one
           AS share_interval_ns
  FROM v_rollup
  WHERE unit IN ('J', 'W', 's')
  WINDOW one AS (PARTITION BY trial_id, phase_ordinal)
))
WHERE unit IN ('J', 'W');

CREATE VIEW v_phase AS
  -- One row per trial and phase: the headline energy. Phase 0, 'whole', exists for each trial.
  --   joules         sum over the channels with counted = 1; of estimated channels the
  --                  attributed joules, of all others the gross ones. NULL: reason says why.
  --                  A stuck dram channel is left out, since some firmware never fills that
  --                  register; table gap tells. A stuck channel of another domain: NULL
  --   joules_low, joules_high   with the bounds of gaps, and of the share of an estimate. joules_high NULL: no bound
  --   instrument_u_j expanded uncertainty (k = 2) of the instruments: within one collector gains
  --                  err together and add (u * J), collectors are independent and add in
  --                  quadrature. NULL: unknown for a channel
  --   interval_low_j, interval_high_j   joules_low - instrument_u_j, joules_high + instrument_u_j
  --   provenance     the weakest of any channel above 5 % of joules; weakness: 0 measured,
  --                  1 modelled, 2 estimated, 3 assumed
  --   floor_s, floor_j   the resolution floor: what the phase must exceed for its two edges to
  --                  err by less than 5 %. floor_s = 2 * update interval / 0.05 of the slowest
  --                  counted channel (of attributed ones also of cputime; unknown: 0.1 s, the
  --                  slowest in use), floor_j = 2 * unit_per_raw / 0.05, summed
WITH part AS (
  SELECT trial_id, phase_ordinal, NULL AS phase, NULL AS queries, collector, seconds,
         CASE provenance WHEN 'measured' THEN 0 WHEN 'modelled' THEN 1
                         WHEN 'estimated' THEN 2 ELSE 3 END AS weakness,
         joules * scale AS j, joules_low * scale_low AS j_low,
         joules_high * scale_high AS j_high,
         uncertainty_k2 * joules * scale AS u_j, scale IS NULL AS lacks_share,
         2 / 0.05 * 1e-9 * max(coalesce(update_interval_ns, 1e8),
           iif(is_share, coalesce(share_interval_ns, 1e8), 0)) AS floor_s,
         2 / 0.05 * unit_per_raw * scale AS floor_j
  FROM (SELECT *, provenance IN ('estimated', 'assumed') AS is_share,
               iif(provenance IN ('estimated', 'assumed'), cpu_share, 1) AS scale,
               iif(provenance IN ('estimated', 'assumed'), cpu_share_low, 1) AS scale_low,
               iif(provenance IN ('estimated', 'assumed'), cpu_share_high, 1) AS scale_high
        FROM v_energy)
  WHERE counted = 1 AND NOT (is_stuck AND domain IS 'dram')
  UNION ALL -- a row without a collector for each phase, whether or not it has energy
  SELECT trial_id, 0, 'whole', queries, NULL, (end_mono_ns - begin_mono_ns) * 1e-9,
         NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM trial
  UNION ALL
  SELECT trial_id, ordinal, name, queries, NULL, (end_mono_ns - begin_mono_ns) * 1e-9,
         NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL FROM phase WHERE ordinal > 0
-- Windows, one kind a step, not GROUP BY: through these SQLite hands down WHERE trial_id = N.
), correlated AS (
  SELECT *, sum(u_j) OVER (PARTITION BY trial_id, phase_ordinal, collector) AS collector_u_j
  FROM part
), known AS (
  SELECT *, sum(j) OVER (PARTITION BY trial_id, phase_ordinal) AS total FROM correlated
), summed AS (
  SELECT trial_id, phase_ordinal, phase, queries, collector,
         coalesce(max(seconds) FILTER (WHERE collector IS NOT NULL) OVER one, seconds)
           AS seconds,
         count(collector) OVER one AS n_channels, count(j) OVER one AS n_read,
         count(j_high) OVER one AS n_bounded, max(lacks_share) OVER one AS lacks_share,
         total AS joules, sum(j_low) OVER one AS j_low, sum(j_high) OVER one AS j_high,
-- sum of u * (its collector's sum of u) = sum over collectors of their sum squared
         sqrt(sum(u_j * collector_u_j) OVER one) AS u_j, count(u_j) OVER one AS n_u,
         coalesce(max(iif(j > 0.05 * total, weakness, NULL)) OVER one,
                  max(weakness) OVER one) AS weakness,
         max(floor_s) OVER one AS floor_s, sum(floor_j) OVER one AS floor_j
  FROM known WINDOW one AS (PARTITION BY trial_id, phase_ordinal)
), phases AS (
  SELECT *, iif(n_read = n_channels, joules, NULL) AS all_j,
         iif(n_bounded = n_channels, j_high, NULL) AS high_j,
         iif(n_u = n_channels, u_j, NULL) AS instrument_u_j
  FROM summed WHERE collector IS NULL
)
SELECT trial_id, phase_ordinal, phase, queries, seconds, all_j AS joules,
       j_low AS joules_low, high_j AS joules_high, instrument_u_j,
       max(j_low - instrument_u_j, 0) AS interval_low_j,
       high_j + instrument_u_j AS interval_high_j,
       CASE weakness WHEN 0 THEN 'measured' WHEN 1 THEN 'modelled'
                     WHEN 2 THEN 'estimated' WHEN 3 THEN 'assumed' END AS provenance,
       weakness, floor_s, floor_j,
       CASE WHEN n_channels = 0 THEN 'no source of energy was open'
            WHEN lacks_share THEN 'no CPU seconds to attribute the estimate by'
            WHEN n_read < n_channels THEN printf('%d of %d energy channels gave no usable reading',
                                                 n_channels - n_read, n_channels)
            WHEN n_bounded < n_channels THEN 'an energy channel has a gap that nothing bounds'
       END AS reason
FROM phases;

CREATE VIEW v_query AS
  -- One row per trial: joules per query.
  --   span      'steady': the phases of that name that say their queries (more than one are
  --             added up); 'whole': there is none, and the run said its queries; or such
  --             phases overlap (threads, several processes): the joules of both would be counted
  --             twice, so the whole run's stand over the queries of all of them
  --   joules_per_query = joules / queries of the span. NULL: reason says why
  --   low, high v_phase's interval (gaps and instruments, k = 2) / queries, low over those that a
  --             service may have served uncounted, too (trial.queries_uncounted); without the
  --             spread between trials, which needs several
  --   floor_s, floor_j   v_phase's floors, once per span: a shorter or smaller span is not
  --             reported, since its edges alone could change the figure by 5 %
  --   usable    1: counts in comparisons: complete, no warm-up, exit 0, and no other reason
  --   run_*     v_phase's figures of the whole run, for which the floor does not hide
WITH span AS (
  SELECT *, phase_ordinal > 0 AND phase = 'steady' AND queries IS NOT NULL AS is_steady
  FROM v_phase
), chosen AS (
  SELECT *, max(is_steady) OVER (PARTITION BY trial_id) AS any_steady,
         max(is_steady) OVER (PARTITION BY trial_id) AND trial_id NOT IN (
           SELECT trial_id FROM (
             SELECT trial_id, begin_mono_ns,
                    max(coalesce(end_mono_ns, 9223372036854775807))
                      OVER (PARTITION BY trial_id ORDER BY begin_mono_ns, end_mono_ns IS NULL,
                            end_mono_ns ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
                      AS last_end_ns
             FROM phase WHERE ordinal > 0 AND name = 'steady' AND queries IS NOT NULL)
           WHERE begin_mono_ns < last_end_ns) AS has_steady
  FROM span WHERE phase_ordinal = 0 OR is_steady
), part AS (
  SELECT *, is_steady = has_steady AS is_in FROM chosen
), summed AS (
  SELECT trial_id, phase_ordinal, iif(has_steady, 'steady', 'whole') AS span,
         count(*) FILTER (WHERE is_in) OVER one AS n_spans,
         sum(queries) FILTER (WHERE is_in OR (any_steady AND is_steady AND NOT has_steady))
           OVER one - iif(any_steady AND NOT has_steady, coalesce(queries, 0), 0) AS queries,
         sum(seconds) FILTER (WHERE is_in) OVER one AS seconds,
         sum(joules) FILTER (WHERE is_in) OVER one AS joules,
         sum(interval_low_j) FILTER (WHERE is_in) OVER one AS low_j,
         sum(interval_high_j) FILTER (WHERE is_in) OVER one AS high_j,
         max(weakness) FILTER (WHERE is_in) OVER one AS weakness,
         sum(floor_s) FILTER (WHERE is_in) OVER one AS floor_s,
         sum(floor_j) FILTER (WHERE is_in) OVER one AS floor_j,
         max(reason) FILTER (WHERE is_in) OVER one AS reason,
         joules AS run_j, interval_low_j AS run_low_j, interval_high_j AS run_high_j,
         provenance AS run_provenance, reason AS run_reason
  FROM part WINDOW one AS (PARTITION BY trial_id)
), judged AS (
  SELECT *, CASE
      WHEN queries IS NULL THEN 'the run does not say how many queries it served'
      WHEN reason IS NOT NULL THEN reason
      WHEN seconds < floor_s THEN printf(
        'lasted %.4g ms, below the %.4g ms that the sensor can resolve', seconds * 1e3,
        floor_s * 1e3)
      WHEN joules < floor_j THEN printf(
        'used %.3g J, below the %.3g J that the sensor can resolve', joules, floor_j)
    END AS hidden
  FROM summed WHERE phase_ordinal = 0
)
SELECT j.trial_id, t.campaign_id, t.variant, t.job, j.span, j.n_spans, j.queries, j.seconds,
       j.joules,
       iif(j.hidden IS NULL, j.joules / j.queries, NULL) AS joules_per_query,
       iif(j.hidden IS NULL,
           j.low_j / (1.0 * j.queries + iif(j.span = 'whole', t.queries_uncounted, 0)), NULL) AS low,
       iif(j.hidden IS NULL, j.high_j / j.queries, NULL) AS high,
       CASE j.weakness WHEN 0 THEN 'measured' WHEN 1 THEN 'modelled'
                       WHEN 2 THEN 'estimated' WHEN 3 THEN 'assumed' END AS provenance,
       j.floor_s, j.floor_j,
       j.hidden IS NULL AND t.state = 'complete' AND t.is_warmup = 0 AND t.exit_code IS 0
         AS usable,
       CASE WHEN t.state = 'running' THEN printf(
              'the trial was cut off: no reading is stored after its first %.1f s',
              (SELECT max(s.end_mono_ns) - t.begin_mono_ns FROM channel c JOIN stretch s
                 USING (channel_id) WHERE c.trial_id = t.trial_id) * 1e-9)
            WHEN t.state = 'incomplete' THEN t.why_incomplete
            WHEN j.hidden IS NOT NULL THEN j.hidden
            WHEN t.is_warmup THEN 'a warm-up trial'
            WHEN t.exit_signal IS NOT NULL THEN printf('the command was killed by signal %d',
                                                       t.exit_signal)
            WHEN t.exit_code IS NOT 0 THEN printf('the command failed with exit status %d',
                                                  t.exit_code)
       END AS reason,
       j.run_j, j.run_low_j, j.run_high_j, j.run_provenance, j.run_reason
FROM judged j JOIN trial t ON t.trial_id = j.trial_id;

CREATE VIEW v_unit AS
  -- One row per trial and unit beside queries (table phase_units): joules per token, per image.
  --   span      'steady': the phases of that name that served the unit, added up; 'whole': none
  --             did, or such phases overlap: the run's joules over all that any phase served
  --   n         of the span
  --   joules_per_unit = joules / n of the span; low, high: v_phase's interval / n, low also over
  --             what was served uncounted (phase_units.n_uncounted). NULL: reason
  --             says why: what v_phase says, or a span below its floors
WITH served AS (
  SELECT p.trial_id, p.ordinal AS phase_ordinal, p.name, u.unit, u.n, u.n_uncounted,
         p.begin_mono_ns AS b,
         coalesce(p.end_mono_ns, 9223372036854775807) AS e
  FROM phase_units u JOIN phase p ON p.phase_id = u.phase_id
), kinds AS (
  SELECT trial_id, unit, CAST(total(n) AS INTEGER) AS n_all, total(n_uncounted) AS uncounted_all,
         total(iif(name = 'steady', n, 0)) > 0
         AND NOT EXISTS (SELECT 1 FROM served a JOIN served c
                         ON c.trial_id = a.trial_id AND c.unit = a.unit
                            AND c.phase_ordinal > a.phase_ordinal
                         WHERE a.trial_id = served.trial_id AND a.unit = served.unit
                           AND a.name = 'steady' AND c.name = 'steady'
                           AND c.b < a.e AND a.b < c.e) AS has_steady
  FROM served GROUP BY trial_id, unit
), spans AS (
  SELECT k.trial_id, k.unit, iif(k.has_steady, 'steady', 'whole') AS span,
         iif(k.has_steady, CAST(total(s.n) AS INTEGER), k.n_all) AS n,
         iif(k.has_steady, total(s.n_uncounted), k.uncounted_all) AS uncounted,
         sum(v.seconds) AS seconds,
         iif(count(v.joules) = count(*), sum(v.joules), NULL) AS joules,
         iif(count(v.joules) = count(*), sum(v.interval_low_j), NULL) AS low_j,
         iif(count(v.interval_high_j) = count(*), sum(v.interval_high_j), NULL) AS high_j,
         max(v.weakness) AS weakness, sum(v.floor_s) AS floor_s, sum(v.floor_j) AS floor_j,
         max(v.reason) AS reason
  FROM kinds k CROSS JOIN v_phase v
       LEFT JOIN served s ON s.trial_id = k.trial_id AND s.unit = k.unit
                             AND s.phase_ordinal = v.phase_ordinal
  WHERE v.trial_id = k.trial_id
    AND iif(k.has_steady, v.phase = 'steady' AND v.phase_ordinal > 0 AND s.n IS NOT NULL,
            v.phase_ordinal = 0)
  GROUP BY k.trial_id, k.unit
), judged AS (
  SELECT *, CASE
      WHEN reason IS NOT NULL THEN reason
      WHEN seconds < floor_s THEN printf(
        'lasted %.4g ms, below the %.4g ms that the sensor can resolve', seconds * 1e3,
        floor_s * 1e3)
      WHEN joules < floor_j THEN printf(
        'used %.3g J, below the %.3g J that the sensor can resolve', joules, floor_j)
    END AS hidden
  FROM spans
)
SELECT j.trial_id, t.campaign_id, t.variant, t.job, j.unit, j.span, j.n, j.seconds, j.joules,
       iif(j.hidden IS NULL, j.joules / j.n, NULL) AS joules_per_unit,
       iif(j.hidden IS NULL, j.low_j / (j.n + j.uncounted), NULL) AS low,
       iif(j.hidden IS NULL, j.high_j / j.n, NULL) AS high,
       CASE j.weakness WHEN 0 THEN 'measured' WHEN 1 THEN 'modelled'
                       WHEN 2 THEN 'estimated' WHEN 3 THEN 'assumed' END AS provenance,
       t.state = 'complete' AND t.is_warmup = 0 AND t.exit_code IS 0 AND j.hidden IS NULL
         AS usable,
       coalesce(iif(t.state <> 'complete', q.reason, NULL), j.hidden) AS reason
FROM judged j JOIN trial t ON t.trial_id = j.trial_id
     JOIN v_query q ON q.trial_id = j.trial_id;

CREATE VIEW v_share AS
  -- One row per trial and phase with CPU seconds: the part of the machine's joules that the
  -- command's processes, or the attached service, have by their CPU time.
  --   cpu_share, low, high   as in v_energy
  --   joules, joules_low, joules_high   of the channels in the total: joules_attributed, with the
  --            bounds of the share and of the readings (without the instruments' uncertainty)
  --   joules_per_query, low_per_query, high_per_query   of the phase's queries (phase 0: the run's)
SELECT e.trial_id, e.phase_ordinal, e.phase, max(e.cpu_share) AS cpu_share,
       max(e.cpu_share_low) AS cpu_share_low, max(e.cpu_share_high) AS cpu_share_high,
       sum(e.joules_attributed) AS joules,
       sum(e.joules_low * e.cpu_share_low) AS joules_low,
       sum(e.joules_high * e.cpu_share_high) AS joules_high,
       sum(e.joules_attributed) / coalesce(p.queries, t.queries * (e.phase_ordinal = 0))
         AS joules_per_query,
       sum(e.joules_low * e.cpu_share_low)
         / coalesce(p.queries, t.queries * (e.phase_ordinal = 0)) AS low_per_query,
       sum(e.joules_high * e.cpu_share_high)
         / coalesce(p.queries, t.queries * (e.phase_ordinal = 0)) AS high_per_query
FROM v_energy e JOIN trial t ON t.trial_id = e.trial_id
     JOIN phase p ON p.trial_id = e.trial_id AND p.ordinal = e.phase_ordinal
WHERE e.counted = 1 AND NOT (e.is_stuck AND e.domain IS 'dram')
GROUP BY e.trial_id, e.phase_ordinal
HAVING count(e.joules_attributed) = count(*);

CREATE VIEW v_region AS
  -- One row per trial, phase and region that ran in it (table region), and two for the rest, region NULL: ordinal
  -- 0 is outside of them all, -1 idle (no process of the run used a processor). Only of trials with regions.
  --   split_j     the part of v_phase.joules, of the same channels and by the same rule for estimates. All
  --               rows of a phase sum to v_phase.joules: outside is the rest. Of a channel with rows in
  --               table region_power: its joules, shared out by power * seconds; of others by the CPU time
  --               between two of its changes (tables region_energy, region_idle)
  --   share       split_j / v_phase.joules
  --   low_j, high_j   where the power is the region's own, +- region_power.half_width * seconds (95 %), and
  --               the bounds of the channel's joules; else what is certain: advance_low and advance_high, the
  --               bounds of the share of an estimate, and its part of the phase's edges. With the
  --               instruments' uncertainty
  --   watts       split_j / cpu_s. is_own 1: the power of this region by itself, in at least 95 % of its
  --               joules, with the standard error watts_se; 0: the mean power of what ran
  --   is_separate 1: more than half of split_j is certainly its own. 0: it ran in turn with others
  --               faster than the sensors tell apart
  --   joules      split_j, or NULL: below what the sensors resolve (v_phase.floor_s, floor_j)
  --               of the whole of its passages, and reason says what would help
  --   n, cpu_s    passages, and CPU seconds in it alone (tables region_time, region_rest)
  --   joules_per_query, low_per_query, high_per_query   of the phase's queries (phase 0: the run's)
  --   flop, weight_bytes   of all its passages. NULL: nobody said
WITH ran AS (
  SELECT p.trial_id, p.ordinal AS phase_ordinal, r.ordinal, r.name, r.flop, r.weight_bytes,
         sum(t.n) AS n, sum(t.cpu_ns) * 1e-9 AS cpu_s
  FROM phase p CROSS JOIN region r CROSS JOIN region_time t
  WHERE r.trial_id = p.trial_id AND t.region_id = r.region_id
    AND t.seq BETWEEN p.first_stretch AND coalesce(p.last_stretch, 9223372036854775807)
  GROUP BY p.trial_id, p.ordinal, r.ordinal
  UNION ALL
  SELECT p.trial_id, p.ordinal, o.ordinal, NULL, NULL, NULL, NULL,
         sum(iif(o.ordinal = 0, t.outside_ns, t.idle_ns)) * 1e-9
  FROM phase p CROSS JOIN (SELECT 0 AS ordinal UNION ALL SELECT -1) o CROSS JOIN region_rest t
  WHERE t.trial_id = p.trial_id
    AND t.seq BETWEEN p.first_stretch AND coalesce(p.last_stretch, 9223372036854775807)
  GROUP BY p.trial_id, p.ordinal, o.ordinal
-- No join of two of these steps, which SQLite would do by reading all of one for each row of the
-- other: what belongs together is put into one list, and a group or a window finds it.
), listed AS (
  SELECT r.*, c.channel_id, w.power * r.cpu_s AS steps, w.half_width * r.cpu_s AS half,
         w.standard_error, NULL AS by_time, NULL AS by_time_low, NULL AS by_time_high
  FROM ran r LEFT JOIN channel c ON c.trial_id = r.trial_id AND c.counted = 1
       LEFT JOIN region_power w ON w.channel_id = c.channel_id
                                   AND w.ordinal = iif(r.ordinal > 62, 0, r.ordinal)
  UNION ALL
  SELECT p.trial_id, p.ordinal, r.ordinal, NULL, NULL, NULL, NULL, NULL, c.channel_id, NULL, NULL,
         NULL, sum(x.advance), sum(x.advance_low), sum(x.advance_high)
  FROM phase p CROSS JOIN region r CROSS JOIN channel c CROSS JOIN region_energy x
  WHERE r.trial_id = p.trial_id AND c.trial_id = p.trial_id AND c.counted = 1
    AND x.region_id = r.region_id AND x.channel_id = c.channel_id
    AND x.seq BETWEEN p.first_stretch AND coalesce(p.last_stretch, 9223372036854775807)
  GROUP BY p.trial_id, p.ordinal, r.ordinal, c.channel_id
  UNION ALL
  SELECT p.trial_id, p.ordinal, -1, NULL, NULL, NULL, NULL, NULL, c.channel_id, NULL, NULL,
         NULL, sum(x.advance), sum(x.advance_low), sum(x.advance_high)
  FROM phase p CROSS JOIN channel c CROSS JOIN region_idle x
  WHERE c.trial_id = p.trial_id AND c.counted = 1 AND x.channel_id = c.channel_id
    AND x.seq BETWEEN p.first_stretch AND coalesce(p.last_stretch, 9223372036854775807)
  GROUP BY p.trial_id, p.ordinal, c.channel_id
), paired AS (
  SELECT trial_id, phase_ordinal, ordinal, name, flop, weight_bytes, n, cpu_s, channel_id, steps,
         half, standard_error, max(by_time) OVER one AS by_time,
         max(by_time_low) OVER one AS by_time_low, max(by_time_high) OVER one AS by_time_high
  FROM listed WINDOW one AS (PARTITION BY trial_id, phase_ordinal, channel_id, ordinal)
), measured AS ( -- and a row of each channel, ordinal NULL
  SELECT *, NULL AS joules, NULL AS joules_low, NULL AS joules_high, NULL AS edge_j,
         NULL AS unit_per_raw, NULL AS scale, NULL AS scale_low, NULL AS scale_high
  FROM paired WHERE cpu_s IS NOT NULL
  UNION ALL
  SELECT e.trial_id, e.phase_ordinal, NULL, NULL, NULL, NULL, NULL, NULL, e.channel_id, NULL, NULL,
         NULL, NULL, NULL, NULL, e.joules, e.joules_low, e.joules_high, e.edge_j, e.unit_per_raw,
         iif(e.provenance IN ('estimated', 'assumed'), e.cpu_share, 1),
         iif(e.provenance IN ('estimated', 'assumed'), e.cpu_share_low, 1),
         iif(e.provenance IN ('estimated', 'assumed'), e.cpu_share_high, 1)
  FROM v_energy e
  WHERE e.counted = 1 AND NOT (e.is_stuck AND e.domain IS 'dram')
), joined AS (
  SELECT trial_id, phase_ordinal, ordinal, name, flop, weight_bytes, n, cpu_s, steps, half,
         standard_error, by_time, by_time_low, by_time_high,
         iif(steps IS NULL, NULL, sum(steps) OVER one) AS all_steps,
         max(joules) OVER one AS joules, max(joules_low) OVER one AS joules_low,
         max(joules_high) OVER one AS joules_high, max(edge_j) OVER one AS edge_j,
         max(unit_per_raw) OVER one AS unit, max(scale) OVER one AS scale,
         max(scale_low) OVER one AS scale_low, max(scale_high) OVER one AS scale_high
  FROM measured WINDOW one AS (PARTITION BY trial_id, phase_ordinal, channel_id)
), part AS (
  SELECT trial_id, phase_ordinal, ordinal, name, flop, weight_bytes, n, cpu_s,
         unit IS NOT NULL AND is_own AS is_own, standard_error * unit AS watts_se,
         scale * iif(is_fitted, joules * (steps / all_steps), by_time * unit) AS j,
         scale_low * iif(is_own, joules_low * (max(steps - half, 0) / all_steps),
                         max(by_time_low * unit - its_edge_j, 0)) AS j_low,
         scale_high * iif(is_own, joules_high * ((steps + half) / all_steps),
                          by_time_high * unit + its_edge_j) AS j_high
  FROM (SELECT *, all_steps > 0 AS is_fitted, all_steps > 0 AND half IS NOT NULL AS is_own,
               coalesce(edge_j * (unit * by_time / nullif(joules, 0)), 0) AS its_edge_j
        FROM joined WHERE ordinal IS NOT NULL)
), drawn AS (
  SELECT trial_id, phase_ordinal, ordinal, name, flop, weight_bytes, n, cpu_s,
         row_number() OVER one AS nr, iif(ordinal = 0, 0, total(j) OVER one) AS j,
         iif(ordinal = 0, 0, total(j_low) OVER one) AS j_low,
         iif(ordinal = 0, 0, total(j_high) OVER one) AS j_high,
         total(iif(is_own, j, 0)) OVER one AS own_j, sum(watts_se) OVER one AS watts_se
  FROM part WINDOW one AS (PARTITION BY trial_id, phase_ordinal, ordinal)
), phases AS ( -- and a row of each phase, ordinal NULL
  SELECT *, NULL AS phase, NULL AS joules, NULL AS joules_high, NULL AS instrument_u_j,
         NULL AS provenance, NULL AS weakness, NULL AS floor_s, NULL AS floor_j, NULL AS queries,
         NULL AS reason
  FROM drawn WHERE nr = 1
  UNION ALL
  SELECT trial_id, phase_ordinal, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
         NULL,
         phase, joules, joules_high, instrument_u_j, provenance, weakness, floor_s, floor_j,
         queries, reason
  FROM v_phase WHERE trial_id IN (SELECT trial_id FROM region)
), summed AS (
  SELECT trial_id, phase_ordinal, ordinal, name, flop, weight_bytes, n, cpu_s, j, j_low, j_high,
         j > 0 AND own_j >= 0.95 * j AS is_own, watts_se, total(j) OVER one AS all_j, total(j_low) OVER one AS all_low,
         total(j_high) OVER one AS all_high, max(iif(ordinal = 0, cpu_s, NULL)) OVER one AS rest_s,
         max(phase) OVER one AS phase, max(joules) OVER one AS phase_j,
         max(joules_high) OVER one AS phase_high, max(instrument_u_j) OVER one AS instrument_u_j,
         max(provenance) OVER one AS provenance, max(weakness) OVER one AS weakness,
         max(floor_s) OVER one AS floor_s, max(floor_j) OVER one AS floor_j,
         max(queries) OVER one AS queries, max(reason) OVER one AS phase_reason
  FROM phases WINDOW one AS (PARTITION BY trial_id, phase_ordinal)
), known AS ( -- the phase's own row is what is outside
  SELECT trial_id, phase_ordinal, phase, phase_j, instrument_u_j, provenance, weakness, floor_s,
         floor_j, queries, phase_reason, coalesce(ordinal, 0) AS ordinal, name, flop, weight_bytes,
         n, iif(ordinal IS NULL, rest_s, cpu_s) AS cpu_s,
         iif(ordinal IS NULL, phase_j - all_j, j) AS j,
         iif(ordinal IS NULL, max(phase_j - all_high, 0), j_low) AS j_low,
         iif(ordinal IS NULL, phase_high - all_low, j_high) AS j_high,
         coalesce(is_own, 0) AS is_own, watts_se
  FROM summed WHERE ordinal IS NULL OR ordinal > 0 OR (ordinal < 0 AND j > 0)
), judged AS (
  SELECT *, instrument_u_j * j / nullif(phase_j, 0) AS u_j,
         coalesce(phase_reason, CASE
           WHEN ordinal > 0 AND cpu_s < floor_s
             THEN printf('it ran for %.2g s in all, and the sensors resolve %.2g s', cpu_s, floor_s)
           WHEN ordinal > 0 AND j < floor_j
             THEN printf('it drew %.2g J in all, and the sensors resolve %.2g J', j, floor_j)
         END) AS reason
  FROM known
)
SELECT trial_id, phase_ordinal, phase, ordinal, name AS region, n, cpu_s,
       j AS split_j, j / nullif(phase_j, 0) AS share,
       iif(reason IS NULL, j, NULL) AS joules,
       max(min(j, j_low) - coalesce(u_j, 0), 0) AS low_j,
       max(j, j_high) + coalesce(u_j, 0) AS high_j,
       j_low > 0.5 * j AS is_separate, is_own,
       iif(reason IS NULL AND ordinal > 0, j / nullif(cpu_s, 0), NULL) AS watts,
       iif(reason IS NULL AND is_own, watts_se, NULL) AS watts_se,
       iif(reason IS NULL, j, NULL) / queries AS joules_per_query,
       max(min(j, j_low) - coalesce(u_j, 0), 0) / queries AS low_per_query,
       (max(j, j_high) + coalesce(u_j, 0)) / queries AS high_per_query,
       provenance, weakness, queries, flop * n AS flop, weight_bytes * n AS weight_bytes, reason
FROM judged;

CREATE VIEW v_layer AS
  -- One row per campaign, variant, job and region, over the complete trials that are no warm-ups: in their
  -- steady phases that say their queries, else in the whole run. region NULL: ordinal 0 outside, -1 idle.
  --   split_j, low_j, high_j, cpu_s, n, flop, weight_bytes, queries   sums of v_region's
  --   share              split_j / that of all rows of the variant and job
  --   joules_per_query, low_per_query, high_per_query   split_j, low_j, high_j / queries; NULL: reason
  --   watts, watts_low, watts_high   split_j, low_j, high_j / cpu_s. is_own 1: its own power in every
  --                      trial; 0: the mean power of what ran
  --   watts_se           of its own power: the trials' in quadrature, by their seconds
  --   least_per_query, most_per_query   of its trials
  --   n_trials           in which it ran
  --   is_separate, is_own, reason, provenance   the weakest of the trials'
WITH chosen AS (
  SELECT t.campaign_id, t.variant, t.job, r.*
  FROM v_region r JOIN trial t ON t.trial_id = r.trial_id
  WHERE t.state = 'complete' AND NOT t.is_warmup
    AND (r.phase_ordinal > 0 AND r.phase = 'steady' AND r.queries IS NOT NULL
         OR r.phase_ordinal = 0
            AND NOT EXISTS (SELECT 1 FROM phase p WHERE p.trial_id = r.trial_id AND p.ordinal > 0
                            AND p.name = 'steady' AND p.queries IS NOT NULL))
), summed AS (
  SELECT campaign_id, variant, job, region, min(ordinal) AS ordinal,
         count(DISTINCT trial_id) AS n_trials, sum(split_j) AS split_j, sum(low_j) AS low_j,
         sum(high_j) AS high_j, sum(cpu_s) AS cpu_s, sum(n) AS n, sum(flop) AS flop,
         sum(weight_bytes) AS weight_bytes,
         iif(count(queries) = count(*), sum(queries), NULL) AS queries,
         min(split_j / queries) AS least_per_query, max(split_j / queries) AS most_per_query,
         min(is_separate) AS is_separate, min(is_own) AS is_own,
         iif(count(watts_se) = count(*), sqrt(sum(watts_se * watts_se * cpu_s * cpu_s)), NULL)
           AS se_j,
         max(weakness) AS weakness, max(reason) AS reason
  FROM chosen GROUP BY campaign_id, variant, job, region, ordinal < 0
)
SELECT campaign_id, variant, job, region, ordinal, n_trials, queries, n, cpu_s,
       split_j, low_j, high_j,
       split_j / nullif(sum(split_j) OVER (PARTITION BY campaign_id, variant, job), 0) AS share,
       iif(reason IS NULL, split_j / queries, NULL) AS joules_per_query,
       low_j / queries AS low_per_query, high_j / queries AS high_per_query,
       least_per_query, most_per_query,
       iif(reason IS NULL AND ordinal > 0, split_j / nullif(cpu_s, 0), NULL) AS watts,
       iif(reason IS NULL AND ordinal > 0, low_j / nullif(cpu_s, 0), NULL) AS watts_low,
       iif(reason IS NULL AND ordinal > 0, high_j / nullif(cpu_s, 0), NULL) AS watts_high,
       iif(reason IS NULL AND is_own, se_j / nullif(cpu_s, 0), NULL) AS watts_se,
       flop, weight_bytes, is_separate, is_own,
       CASE weakness WHEN 0 THEN 'measured' WHEN 1 THEN 'modelled'
                     WHEN 2 THEN 'estimated' WHEN 3 THEN 'assumed' END AS provenance, reason
FROM summed;

CREATE VIEW v_profile_channel AS
  -- One row per trial and energy channel that v_phase adds up: joules for a raw step of what its stacks have
  -- (tables profile_energy and profile_chunk_energy), by the same rule for estimates.
SELECT trial_id, channel_id,
       unit_per_raw * iif(provenance IN ('estimated', 'assumed'), cpu_share, 1) AS joules_per_step
FROM v_energy
WHERE phase_ordinal = 0 AND counted = 1 AND NOT (is_stuck AND domain IS 'dram');

CREATE VIEW v_profile_node AS
  -- One row per trial with a profile and node of its call tree (table profile_node).
  --   n        samples that ended in it
  --   self_j   its part of v_phase.joules of the whole trial: table profile_energy
  -- LEFT JOIN: who asks for none of its frame's texts, which may be long, reads none (each node has one).
SELECT n.trial_id, n.ordinal, n.parent, f.kind, f.name AS function, f.module, f.file, f.line,
       f.lack, n.n, coalesce(e.j, 0) AS self_j
FROM profile_node n
     LEFT JOIN profile_frame f ON f.trial_id = n.trial_id AND f.ordinal = n.frame
     LEFT JOIN (
       SELECT x.trial_id, x.node, sum(x.advance * c.joules_per_step) AS j
       FROM v_profile_channel c
            JOIN profile_energy x ON x.trial_id = c.trial_id AND x.channel_id = c.channel_id
       GROUP BY x.trial_id, x.node
     ) e ON e.trial_id = n.trial_id AND e.node = n.ordinal;

CREATE VIEW v_profile AS
  -- One row per trial with a profile.
  --   joules, low_j, high_j   of the whole trial, with its interval: v_phase
  --   sampled_j    the sum of v_profile_node.self_j
  --   outside_j    the rest: the machine while the program had no processor, and CPU time that was
  --                not sampled
  --   coverage     the part of the run's CPU time (or cycles) that was sampled, at most 1
  --   effective_n  samples of equal energy that would be as precise: n / spread
  --   rhythm_error standard error of a share on top of theirs, of samples in step with the program
SELECT p.trial_id, t.campaign_id, t.variant, t.job, p.event, p.hz, p.n, p.n_lost,
       min(p.weight / nullif(p.counted, 0), 1) AS coverage, p.n / p.spread AS effective_n, p.rhythm_error,
       p.has_kernel, p.n_cut, p.stack_bytes, p.take_cpu_s, p.name_cpu_s,
       v.joules, v.interval_low_j AS low_j, v.interval_high_j AS high_j,
       coalesce(s.sampled_j, 0) AS sampled_j,
       v.joules - coalesce(s.sampled_j, 0) AS outside_j,
       v.provenance, v.seconds, t.queries, t.is_warmup, t.state, v.reason
FROM profile p JOIN trial t ON t.trial_id = p.trial_id
     JOIN v_phase v ON v.trial_id = p.trial_id AND v.phase_ordinal = 0
     LEFT JOIN ( -- LIMIT -1 limits nothing: SQLite leaves out what nobody asks for of a list, not of a sum
       SELECT trial_id, sum(self_j) AS sampled_j
       FROM (SELECT trial_id, self_j FROM v_profile_node LIMIT -1) GROUP BY trial_id
     ) s ON s.trial_id = p.trial_id;

CREATE VIEW v_overlap AS
  -- One row per trial. is_shared 1: another trial of joulecart ran on the same boot at the same
  -- time, so that the machine's joules are in both: count them once. It may be one of this file,
  -- or (table neighbour) one that was stored elsewhere. A trial that still runs, or was cut off,
  -- lasts to the last tick that was stored of it.
  --   is_elsewhere  1: no such trial is in this file: merge the other one to count them once
  --   set_id        the first of the trials in this file that overlap one after another
WITH span AS (
  SELECT t.trial_id, h.boot_id, t.begin_mono_ns AS b,
         coalesce(t.end_mono_ns,
                  (SELECT max(s.end_mono_ns) FROM channel k JOIN stretch s
                   WHERE k.trial_id = t.trial_id AND s.channel_id = k.channel_id),
                  t.begin_mono_ns) AS e
  FROM trial t JOIN campaign c ON c.campaign_id = t.campaign_id
       JOIN host h ON h.host_id = c.host_id
), neighbours AS (
  SELECT trial_id, boot_id, b, e,
         max(e) OVER (PARTITION BY boot_id ORDER BY b, trial_id
                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS last_end,
         lead(b) OVER (PARTITION BY boot_id ORDER BY b, trial_id) AS next_begin
  FROM span
), sets AS (
  SELECT trial_id, boot_id, coalesce(b < last_end, 0) OR coalesce(next_begin < e, 0) AS is_here,
         sum(coalesce(b >= last_end, 1)) OVER (PARTITION BY boot_id ORDER BY b, trial_id) AS nr
  FROM neighbours
)
SELECT trial_id,
       is_here OR EXISTS (SELECT 1 FROM neighbour n WHERE n.trial_id = sets.trial_id)
         AS is_shared,
       NOT is_here AND EXISTS (SELECT 1 FROM neighbour n WHERE n.trial_id = sets.trial_id)
         AS is_elsewhere,
       first_value(trial_id) OVER (PARTITION BY boot_id, nr ORDER BY trial_id) AS set_id
FROM sets;

CREATE VIEW v_once AS
  -- One row per trial whose joules are measured: what it adds to those of trials of the same boot
  -- that began before it. SUM(joules_once) over a file, or over one set_id of v_overlap, counts
  -- the joules of trials that overlapped once.
  --   joules            of its counted, measured channels, all of them
  --   joules_once       of each channel, the stretches (seconds) behind the end of every earlier
  --                     trial that read the same zone; of one that is partly behind it, the
  --                     share of its time
  --   once_low, _high   with advance_low, advance_high; that one not at all, or whole
WITH read AS (
  SELECT t.trial_id, h.boot_id, k.channel_id, k.domain, k.name, k.unit_per_raw AS unit,
         t.begin_mono_ns AS b, coalesce(t.end_mono_ns,
           (SELECT max(s.end_mono_ns) FROM stretch s WHERE s.channel_id = k.channel_id),
           t.begin_mono_ns) AS e
  FROM trial t JOIN campaign c ON c.campaign_id = t.campaign_id
       JOIN host h ON h.host_id = c.host_id JOIN channel k ON k.trial_id = t.trial_id
  WHERE k.counted = 1 AND k.provenance IN ('measured', 'modelled')
), ordered AS (
  SELECT *, max(e) OVER (PARTITION BY boot_id, domain, name ORDER BY b, trial_id
                         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered_ns
  FROM read
), part AS (
  SELECT o.trial_id, o.unit, s.advance, s.advance_low, s.advance_high,
         CASE WHEN covered_ns IS NULL OR s.begin_mono_ns >= covered_ns THEN 1.0
              WHEN s.end_mono_ns <= covered_ns THEN 0.0
              ELSE (s.end_mono_ns - covered_ns) * 1.0 / (s.end_mono_ns - s.begin_mono_ns)
         END AS share
  FROM ordered o CROSS JOIN stretch s WHERE s.channel_id = o.channel_id
)
SELECT trial_id, sum(advance * unit) AS joules, sum(advance * unit * share) AS joules_once,
       sum(iif(share = 1, advance_low * unit, 0)) AS once_low,
       sum(iif(share > 0, advance_high * unit, 0)) AS once_high
FROM part GROUP BY trial_id;

CREATE VIEW v_rank AS
  -- One row per trial, with the job that it belongs to and what is its alone.
  --   job       what its launcher or the user called it; 'campaign N' where nobody did
  --   e         its end, or of one that was cut off the last tick that was stored
  --   tree_s, busy_s   CPU seconds of the rank, and of its machine meanwhile: channels tree and
  --             busy of cputime
  --   capacity_s   of the machine's processors meanwhile: n_threads * seconds. NULL: not known
  --   gross_j   of the machine while it ran, by counters (v_phase without what is estimated)
  --   own_j     gross_j * tree_s / capacity_s: its part if a processor's second costs the same idle
  --             or not. NULL: a processor's number, or CPU seconds, are not known
  --   own_low_j, own_high_j   what its part is at least and at most, if a busy second costs as much
  --             as an idle one or more: own_j with v_energy's joules_low, and joules_high *
  --             cpu_share_high (all of the machine's joules, idle ones too, to those that ran)
  --   estimated_j, _low_j, _high_j   of channels that estimate, by its CPU time: v_phase's rule
WITH ranks AS (
  SELECT t.trial_id, coalesce(r.job, printf('campaign %d', t.campaign_id)) AS job,
         r.launcher, r.step, r.rank, r.n_ranks, r.local_rank, r.node, r.account, r.partition,
         r.read_from_mono_ns, h.boot_id, h.hostname, h.n_threads, t.variant, t.state,
         t.why_incomplete, t.exit_code, t.exit_signal, t.queries,
         t.begin_utc_ns, t.begin_mono_ns AS b,
         coalesce(t.end_mono_ns,
                  (SELECT max(s.end_mono_ns) FROM channel k JOIN stretch s
                   WHERE k.trial_id = t.trial_id AND s.channel_id = k.channel_id),
                  t.begin_mono_ns) AS e
  FROM trial t JOIN campaign c ON c.campaign_id = t.campaign_id
       JOIN host h ON h.host_id = c.host_id
       LEFT JOIN job_rank r ON r.trial_id = t.trial_id
  WHERE t.is_warmup = 0
), energy AS (
  SELECT trial_id, max(seconds) AS seconds, max(cpu_share) AS cpu_share,
         max(cpu_share_high) AS cpu_share_high,
         sum(iif(is_own, NULL, joules)) AS gross_j,
         sum(iif(is_own, NULL, joules_low)) AS gross_low_j,
         sum(iif(is_own, NULL, joules_high)) AS gross_high_j,
         sum(iif(is_own, joules * cpu_share, NULL)) AS estimated_j,
         sum(iif(is_own, joules_low * cpu_share_low, NULL)) AS estimated_low_j,
         sum(iif(is_own, joules_high * cpu_share_high, NULL)) AS estimated_high_j
  FROM (SELECT *, provenance IN ('estimated', 'assumed') AS is_own FROM v_energy
        WHERE phase_ordinal = 0 AND counted = 1 AND NOT (is_stuck AND domain IS 'dram'))
  GROUP BY trial_id
), cpu AS (
  SELECT trial_id, max(si) FILTER (WHERE channel = 'tree') AS tree_s,
         max(si) FILTER (WHERE channel = 'busy') AS busy_s
  FROM v_rollup WHERE phase_ordinal = 0 AND collector = 'cputime' GROUP BY trial_id
)
SELECT r.*, (r.e - r.b) * 1e-9 AS seconds, c.tree_s, c.busy_s,
       r.n_threads * x.seconds AS capacity_s, x.gross_j, x.gross_low_j, x.gross_high_j,
       x.gross_j * min(c.tree_s / (r.n_threads * x.seconds), x.cpu_share) AS own_j,
       x.gross_low_j * min(c.tree_s / (r.n_threads * x.seconds), x.cpu_share) AS own_low_j,
       x.gross_high_j * x.cpu_share_high AS own_high_j,
       x.estimated_j, x.estimated_low_j, x.estimated_high_j
FROM ranks r LEFT JOIN energy x ON x.trial_id = r.trial_id
     LEFT JOIN cpu c ON c.trial_id = r.trial_id;

CREATE VIEW v_job_zone AS
  -- One row per job, boot and counter that its ranks read: how far it went from the first of their
  -- readings to the last, whichever of them read. job NULL: all jobs of that boot together. The
  -- counters are those of joules that count in the total, and the machine's busy CPU seconds
  -- (cputime, 's').
  --   si         the ranks in the order of their begin: of each the stretches behind the end of
  --              every earlier one, and of the stretch that this end is within, the counter from
  --              where the earlier rank last read it to where this one did (modulo its range): it
  --              is the same counter, so nothing is lost or counted twice where one rank takes
  --              over from another. A gauge, or another source of the same zone, has its share
  --              of that stretch's time
  --   si_low, si_high   with advance_low, advance_high; of a stretch that is shared by time, not at
  --              all, or whole
WITH read AS (
  SELECT coalesce(r.job, printf('campaign %d', t.campaign_id)) AS job, h.boot_id, t.trial_id,
         k.channel_id, k.collector, iif(k.unit = 's', 'busy', k.domain) AS domain, k.name,
         k.kind, iif(k.unit = 's', 's', 'J') AS unit, k.unit_per_raw, k.wrap_range,
         t.begin_mono_ns AS b, z.end_mono_ns AS e, z.last_raw AS raw
  FROM trial t JOIN campaign c ON c.campaign_id = t.campaign_id
       JOIN host h ON h.host_id = c.host_id
       LEFT JOIN job_rank r ON r.trial_id = t.trial_id
       JOIN channel k ON k.trial_id = t.trial_id
       JOIN stretch z ON z.channel_id = k.channel_id
                         AND z.seq = (SELECT max(s.seq) FROM stretch s
                                      WHERE s.channel_id = k.channel_id AND s.last_raw IS NOT NULL)
  WHERE t.is_warmup = 0
    AND (k.counted = 1 AND k.provenance IN ('measured', 'modelled')
         OR k.collector = 'cputime' AND k.name = 'busy')
), grouped AS (
  SELECT 'job' AS scope, read.* FROM read UNION ALL
  SELECT 'node', NULL, boot_id, trial_id, channel_id, collector, domain, name, kind, unit,
         unit_per_raw, wrap_range, b, e, raw FROM read
), ordered AS MATERIALIZED (
  SELECT *, max(e) OVER (PARTITION BY scope, job, boot_id, domain, name ORDER BY b, trial_id
                         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS covered_ns
  FROM grouped
), followed AS (
  SELECT o.*, (SELECT p.raw FROM ordered p
               WHERE p.e = o.covered_ns AND p.scope = o.scope AND p.job IS o.job
                 AND p.boot_id = o.boot_id AND p.name = o.name AND p.collector = o.collector
                 AND p.domain IS o.domain AND p.kind = 'counter' AND o.kind = 'counter'
                 AND p.unit_per_raw = o.unit_per_raw AND p.wrap_range IS o.wrap_range)
           AS covered_raw
  FROM ordered o
), part AS (
  SELECT f.scope, f.job, f.boot_id, f.domain, f.name, f.collector, f.unit, f.unit_per_raw, f.trial_id,
         s.advance, s.advance_low, s.advance_high,
         CASE WHEN f.covered_ns IS NULL OR s.begin_mono_ns >= f.covered_ns THEN 1.0
              WHEN s.end_mono_ns <= f.covered_ns THEN 0.0
              ELSE (s.end_mono_ns - f.covered_ns) * 1.0 / (s.end_mono_ns - s.begin_mono_ns)
         END AS share,
         iif(s.begin_mono_ns < f.covered_ns AND s.end_mono_ns > f.covered_ns
               AND s.advance_low = s.advance_high,
             CASE WHEN f.wrap_range IS NULL THEN s.last_raw - f.covered_raw
                  ELSE (s.last_raw - f.covered_raw + f.wrap_range + f.wrap_range / 2)
                       % f.wrap_range - f.wrap_range / 2 END, NULL) AS rest
  FROM followed f CROSS JOIN stretch s WHERE s.channel_id = f.channel_id
)
SELECT scope, job, boot_id, unit, domain, name, collector,
       sum(coalesce(rest, advance * share) * unit_per_raw) AS si,
       sum(coalesce(rest, iif(share = 1, advance_low, 0)) * unit_per_raw) AS si_low,
       sum(coalesce(rest, iif(share > 0, advance_high, 0)) * unit_per_raw) AS si_high
FROM part GROUP BY scope, job, boot_id, unit, domain, name;

CREATE VIEW v_job_node AS
  -- One row per job and node (a boot of a machine), and one per node with job NULL for all that
  -- was measured on it: those who ran at the same time have the same joules.
  --   joules     sum of v_job_zone's; where the joules are estimated, of v_rank.estimated_j, which
  --              each rank has for itself. NULL: no source of energy was read
  --   joules_low, joules_high   v_job_zone's bounds, with the edges and the instruments of the rank
  --              that has most of them: the machine's joules between the first and the last reading
  --   own_j, own_low_j, own_high_j   of the job: sums of v_rank's
  --   idle_j     joules * (1 - busy_s / capacity_s): of processors that had nothing to do. NULL: not known
  --   others_j   what is left: of processes that no job measured, on the row with job NULL; else
  --              that, and what the other jobs had
  --   joules = own_j + others_j + idle_j
WITH zone AS (
  SELECT scope, job, boot_id, sum(iif(unit = 'J', si, NULL)) AS si,
         sum(iif(unit = 'J', si_low, NULL)) AS si_low, sum(iif(unit = 'J', si_high, NULL)) AS si_high,
         max(iif(unit = 's', si, NULL)) AS busy_s
  FROM v_job_zone GROUP BY scope, job, boot_id
), doubt AS (
  SELECT e.trial_id, sum(e.edge_j) AS edge_j,
         sum(e.uncertainty_k2 * e.joules) / sum(e.joules) AS u
  FROM v_energy e WHERE e.phase_ordinal = 0 AND e.counted = 1 AND e.joules > 0
    AND e.provenance IN ('measured', 'modelled') GROUP BY e.trial_id
), grouped AS (
  SELECT 'job' AS scope, job AS grp, v.* FROM v_rank v UNION ALL
  SELECT 'node', NULL, v.* FROM v_rank v
), spans AS (
  SELECT g.*, d.edge_j, d.u,
         max(g.b, coalesce(max(g.e) OVER (PARTITION BY g.scope, g.grp, g.boot_id ORDER BY g.b, g.trial_id
                               ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), g.b)) AS new_b
  FROM grouped g LEFT JOIN doubt d ON d.trial_id = g.trial_id
), node AS (
  SELECT scope, grp AS job, boot_id, max(hostname) AS hostname, min(node) AS node,
         max(n_threads) AS n_threads, count(*) AS n_ranks, min(begin_utc_ns) AS begin_utc_ns,
         min(b) AS b, max(e) AS e, (max(e) - min(b)) * 1e-9 AS seconds,
         sum(max(e - new_b, 0)) * 1e-9 AS measured_s,
         sum(tree_s) AS tree_s, sum(own_j) AS own_j, sum(own_low_j) AS own_low_j, sum(own_high_j) AS own_high_j,
         sum(estimated_j) AS estimated_j, sum(estimated_low_j) AS estimated_low_j,
         sum(estimated_high_j) AS estimated_high_j, max(edge_j) AS edge_j, max(u) AS u,
         count(*) FILTER (WHERE state <> 'complete') AS n_cut, max(account) AS account,
         max(partition) AS partition
  FROM spans GROUP BY scope, grp, boot_id
)
SELECT n.scope, n.job, n.boot_id, n.hostname, n.node, n.n_threads, n.n_ranks, n.n_cut,
       n.begin_utc_ns, n.b, n.e, n.seconds, n.measured_s, n.tree_s, z.busy_s, n.account, n.partition,
       iif(z.si IS NULL AND n.estimated_j IS NULL, NULL, coalesce(z.si, 0) + coalesce(n.estimated_j, 0))
         AS joules,
       coalesce(max(z.si_low - coalesce(n.edge_j, 0) - coalesce(n.u, 0) * z.si, 0), 0)
         + coalesce(n.estimated_low_j, 0) AS joules_low,
       iif(z.si IS NULL, n.estimated_high_j,
           z.si_high + coalesce(n.edge_j, 0) + coalesce(n.u, 0) * z.si
             + coalesce(n.estimated_high_j, 0)) AS joules_high,
       z.si IS NULL AS is_estimated,
       iif(z.si IS NULL, n.estimated_j, n.own_j) AS own_j,
       iif(z.si IS NULL, n.estimated_low_j, n.own_low_j) AS own_low_j,
       iif(z.si IS NULL, n.estimated_high_j, min(n.own_high_j, z.si_high + coalesce(n.edge_j, 0)))
         AS own_high_j,
       z.si * max(1 - z.busy_s / (n.n_threads * n.measured_s), 0) AS idle_j,
       z.si - z.si * max(1 - z.busy_s / (n.n_threads * n.measured_s), 0) - n.own_j AS others_j
FROM node n LEFT JOIN zone z ON z.scope = n.scope AND z.job IS n.job AND z.boot_id = n.boot_id;

CREATE VIEW v_trial AS
  -- One row per trial: what ran, where, how it ended, what joulecart itself cost.
  --   joules, provenance   of the whole trial: v_phase, phase 0
  --   is_shared   v_overlap: the machine's joules are also in another trial
  --   ticks, late_*, sampler_cpu_s, slowdown...   tables trial and sampler
  --   own_cpu_s   CPU seconds of joulecart itself; own_share = own_cpu_s / seconds (of one core)
SELECT p.trial_id, t.campaign_id, t.ordinal, t.block, t.variant, t.job, t.is_warmup, t.queries,
       t.workload, t.command,
       strftime('%Y-%m-%dT%H:%M:%SZ', t.begin_utc_ns / 1000000000, 'unixepoch') AS begin_utc,
       (t.end_mono_ns - t.begin_mono_ns) * 1e-9 AS seconds,
       t.state, t.why_incomplete, t.exit_code, t.exit_signal,
       p.joules, p.interval_low_j, p.interval_high_j, p.provenance, p.reason, o.is_shared,
       (SELECT count(*) FROM gap g WHERE g.trial_id = t.trial_id) AS n_gaps,
       t.own_cpu_s, t.own_cpu_s / ((t.end_mono_ns - t.begin_mono_ns) * 1e-9) AS own_share,
       t.ticks, t.ticks_missed, t.ticks_dropped, t.tick_mean_ns, t.tick_max_ns,
       s.cpu_s AS sampler_cpu_s, s.rate_begin_hz, s.rate_end_hz, s.late_p50_ns, s.late_p99_ns,
       s.late_max_ns, s.pinned_cpu, s.why_not_pinned, s.why_not_real_time,
       s.slowdown, s.slowdown_low, s.slowdown_high,
       c.kind AS campaign_kind, c.command_line, c.tool_version, c.git_revision, c.seed,
       c.rate_hz, c.zone, c.pue, h.hostname, h.cpu_model, h.microarchitecture, h.microcode,
       h.n_packages, h.n_cores, h.n_threads, h.memory_bytes, h.kernel, h.os, h.hypervisor,
       h.governor, h.turbo, h.clocksource
FROM v_phase p JOIN trial t ON t.trial_id = p.trial_id
     JOIN campaign c ON c.campaign_id = t.campaign_id
     JOIN host h ON h.host_id = c.host_id
     JOIN v_overlap o ON o.trial_id = p.trial_id
     LEFT JOIN sampler s ON s.trial_id = p.trial_id
WHERE p.phase_ordinal = 0;

CREATE VIEW v_training AS
  -- One row per complete training trial that said what it made (workload).
  --   joules, provenance   of this trial alone: v_trial
  --   n_trainings          this one and those that it starts from, each once
  --   total_j              joules of them all: what the model took to make. NULL: reason
  --   reason               why total_j is not known: a training that it starts from is not in
  --                        this file, or its joules are not known
WITH RECURSIVE trained AS (
  SELECT max(trial_id) AS trial_id, workload FROM trial
  WHERE job = 'train' AND state = 'complete' AND exit_code = 0 AND workload IS NOT NULL
  GROUP BY workload
), lineage(trial_id, step_id) AS (
  SELECT t.trial_id, t.trial_id FROM trial t
  WHERE t.job = 'train' AND t.state = 'complete' AND t.exit_code = 0 AND t.workload IS NOT NULL
  UNION
  SELECT l.trial_id, p.trial_id
  FROM lineage l JOIN trial s ON s.trial_id = l.step_id
       JOIN trained p ON p.workload = s.parent_workload
), known AS (
  SELECT l.trial_id, count(*) AS n, sum(v.joules) AS j, count(v.joules) < count(*) AS is_unknown,
         sum(s.parent_workload IS NOT NULL AND
             s.parent_workload NOT IN (SELECT workload FROM trained)) AS n_missing
  FROM lineage l JOIN trial s ON s.trial_id = l.step_id JOIN v_trial v ON v.trial_id = l.step_id
  GROUP BY l.trial_id
)
SELECT v.trial_id, v.campaign_id, v.variant, v.workload, t.parent_workload, v.joules,
       v.provenance, k.n AS n_trainings,
       iif(k.n_missing > 0 OR k.is_unknown, NULL, k.j) AS total_j,
       CASE WHEN k.n_missing > 0 THEN 'a training that it starts from is not in this file'
            WHEN k.is_unknown THEN coalesce(v.reason, 'the joules of a training that it starts '
                                            || 'from are not known') END AS reason
FROM known k JOIN v_trial v ON v.trial_id = k.trial_id JOIN trial t ON t.trial_id = k.trial_id;

CREATE VIEW v_event AS
  -- One row per trial, phase and event: hardware and software events, CPU seconds, and what a
  -- process counted of itself (region_count: PAPI).
  --   value       the rise within the phase, in unit, of a gauge its mean; NULL: why says why,
  --               also of an event that stayed 0 all the while (gap.kind 'stuck')
  --   per_query   value / queries of the phase (of phase 0: of the run)
SELECT r.trial_id, r.phase_ordinal, r.phase, r.collector AS source, r.channel AS event, r.unit,
       CASE WHEN s.why IS NULL
            THEN iif(r.kind = 'gauge', r.si / nullif(r.seconds, 0), r.si) END AS value,
       CASE WHEN s.why IS NULL AND r.kind <> 'gauge'
            THEN r.si / coalesce(p.queries, t.queries * (r.phase_ordinal = 0)) END AS per_query,
       coalesce(s.why, iif(r.si IS NULL, 'no reading succeeded', NULL)) AS why
FROM v_rollup r JOIN trial t ON t.trial_id = r.trial_id
     JOIN phase p ON p.trial_id = r.trial_id AND p.ordinal = r.phase_ordinal
     LEFT JOIN gap s ON s.trial_id = r.trial_id AND s.kind = 'stuck'
                        AND s.collector = r.collector AND s.name = r.channel
WHERE r.unit IN ('count', 's')
UNION ALL
SELECT p.trial_id, p.ordinal, p.name, r.source, r.event, 'count', r.value,
       CAST(r.value AS REAL) / p.queries, r.why
FROM phase p JOIN region_count r ON r.phase_id = p.phase_id
UNION ALL
SELECT g.trial_id, 0, 'whole', g.collector, g.name, 'count', NULL, NULL, g.why
FROM gap g WHERE g.kind = 'unavailable' AND g.collector = 'hwevents' AND g.name IS NOT NULL;

CREATE VIEW v_ratio AS
  -- One row per trial, phase and scope with hardware events: what they say together.
  --   scope        'all': user space and kernel of the run's processes; 'user': their user space
  --                alone, where no more could be counted; 'program': what a program counted of
  --                itself (PAPI). Scopes are never mixed
  --   ipc          instructions / cycles
  --   instructions_per_query, cache_misses_per_query   (PAPI: of the third level)
  --   flop         single and double precision operations, of the events that were asked for: each
  --                width of FP_ARITH(_INST_RETIRED), which counts instructions (a fused
  --                multiply-add twice), times its lanes: Intel SDM vol. 3, perfmon events;
  --                RETIRED_SSE_AVX_FLOPS, which counts operations: AMD PPR; PAPI_SP_OPS + PAPI_DP_OPS,
  --                or PAPI_FP_OPS. A width that was not asked for is not in it
  --   flop_per_joule   flop / v_phase.joules, of the provenance beside it
WITH flop_event(pattern, lanes) AS (
  VALUES ('%fp_arith%:scalar_%', 1), ('%fp_arith%:128b_packed_double', 2),
         ('%fp_arith%:128b_packed_single', 4), ('%fp_arith%:256b_packed_double', 4),
         ('%fp_arith%:256b_packed_single', 8), ('%fp_arith%:512b_packed_double', 8),
         ('%fp_arith%:512b_packed_single', 16), ('%retired_sse_avx_flops:%', 1),
         ('papi_sp_ops', 1), ('papi_dp_ops', 1)),
named AS (
  SELECT trial_id, phase_ordinal, phase, value, per_query,
         CASE WHEN source = 'papi' THEN 'program' WHEN event LIKE '%:u' THEN 'user' ELSE 'all' END
           AS scope,
         CASE event WHEN 'PAPI_TOT_INS' THEN 'instructions' WHEN 'PAPI_TOT_CYC' THEN 'cycles'
                    WHEN 'PAPI_L3_TCM' THEN 'cache-misses'
                    ELSE lower(iif(event LIKE '%:u', substr(event, 1, length(event) - 2), event))
         END AS event
  FROM v_event WHERE value IS NOT NULL AND unit = 'count' AND source IN ('hwevents', 'papi')),
counted AS (
  SELECT trial_id, phase_ordinal, phase, scope,
         max(value) FILTER (WHERE event = 'instructions') AS instructions,
         max(per_query) FILTER (WHERE event = 'instructions') AS instructions_per_query,
         max(value) FILTER (WHERE event = 'cycles') AS cycles,
         max(per_query) FILTER (WHERE event = 'cache-misses') AS cache_misses_per_query,
         coalesce(sum(value * lanes), max(value) FILTER (WHERE event = 'papi_fp_ops')) AS flop,
         coalesce(sum(per_query * lanes),
                  max(per_query) FILTER (WHERE event = 'papi_fp_ops')) AS flop_per_query
  FROM named LEFT JOIN flop_event ON event LIKE pattern
  GROUP BY trial_id, phase_ordinal, phase, scope)
SELECT c.trial_id, c.phase_ordinal, c.phase, c.scope,
       c.instructions / nullif(c.cycles, 0.0) AS ipc, c.instructions_per_query,
       c.cache_misses_per_query, c.flop, c.flop_per_query,
       c.flop / nullif(p.joules, 0.0) AS flop_per_joule, p.provenance
FROM counted c LEFT JOIN v_phase p ON p.trial_id = c.trial_id
                                      AND p.phase_ordinal = c.phase_ordinal
WHERE coalesce(c.instructions, c.cycles, c.cache_misses_per_query, c.flop) IS NOT NULL;

CREATE VIEW v_second AS
  -- One row per stretch (a second, less at phase edges) and channel: the series to plot.
  --   at_s        seconds from the begin of the trial to the begin of the stretch
  --   joules      of J and W: advance * unit_per_raw, of which v_rollup's si is the sum
  --   per_second  counter, and gauge of watts: advance * unit_per_raw / seconds (so J become W);
  --               another gauge: its mean
SELECT c.trial_id, s.seq, (s.begin_mono_ns - t.begin_mono_ns) * 1e-9 AS at_s,
       (s.end_mono_ns - s.begin_mono_ns) * 1e-9 AS seconds, c.collector, c.name AS channel,
       c.unit, c.counted, iif(c.unit IN ('J', 'W'), s.advance * c.unit_per_raw, NULL) AS joules,
       CASE WHEN s.n = 0 THEN NULL
            WHEN c.kind = 'gauge' AND c.unit <> 'W' THEN s.mean_raw * c.unit_per_raw
            ELSE s.advance * c.unit_per_raw / ((s.end_mono_ns - s.begin_mono_ns) * 1e-9)
       END AS per_second
FROM channel c JOIN trial t ON t.trial_id = c.trial_id
     JOIN stretch s ON s.channel_id = c.channel_id;
