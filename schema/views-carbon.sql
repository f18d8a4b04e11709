-- schema/views-carbon.sql - from joules to grams, each figure with every factor that entered.
-- As in views.sql: formulas stand in the views' own comments, NULL has its reason beside it.

CREATE VIEW v_factor_row AS
  -- Every factor, also those that another stands before.
  --   compared_reason   why compared is not known; gwp_reason: why gwp is not known of CO2e
SELECT *,
       CASE WHEN compared IS NOT NULL THEN NULL
            WHEN publisher = 'joulecart' THEN 'an assumption: there is no source to compare it with'
            ELSE 'not compared with its primary source' END AS compared_reason,
       iif(gwp IS NULL AND unit LIKE '%CO2e%',
           'the edition of the GWP is not stated where it was read', NULL) AS gwp_reason
FROM factor;

CREATE VIEW v_factor AS
  -- The factors in force: of one (kind, key, parameter) what was set, else imported, else bundled.
SELECT * FROM v_factor_row f
WHERE NOT EXISTS (SELECT 1 FROM factor g WHERE g.kind = f.kind AND g.key = f.key
                  AND g.parameter = f.parameter AND g.origin > f.origin);

CREATE VIEW v_setting AS
  -- What was stated for each campaign: its own row, else the one for all.
SELECT c.campaign_id, s.name, s.value, s.text, s.source
FROM campaign c JOIN setting s ON s.campaign_id = c.campaign_id
     OR (s.campaign_id = 0 AND NOT EXISTS (SELECT 1 FROM setting o
           WHERE o.name = s.name AND o.campaign_id = c.campaign_id));

CREATE VIEW v_account AS
  -- One row per campaign: what turns its joules into grams, each with where it is from.
  --   zone, pue       setting, else as given to the run; *_assumed 1: neither, and the world's
  --                   figure or 1 (no overhead) stand in
  --   g_per_kwh and the columns to sha256   the factor of the grid that SCI uses; scope says
  --                   whether it is direct or lifecycle: never add or compare the two unlabelled
  --   direct_g_per_kwh     that zone's direct factor (scope 2), NULL: none is known
  --   lifecycle_g_per_kwh  its lifecycle factor, NULL: none is known
  --   td_loss         lost between generation and use, share of generation; NULL: not known
  --   psu             efficiency of the power supply; NULL: its loss is excluded
  --   te_kg, te_low_kg, te_high_kg, life_years, share   SCI's TE, EL, RR / ToR; te_kg NULL:
  --                   embodied carbon is excluded. A year has 365 days. share 1 unless stated,
  --                   the whole device: only where E is that of the whole device as well
  --   life_stated     1: a person stated the life; life_assumed 1: nobody did, nor has a table one
  --   is_guest        1: a hypervisor stands below it: the device is a part of another
  --   grid_doubt      key of factor(kind = 'uncertainty') for the grid; 'assumed': the spread of
  --                   all countries' figures
  --   *_reason        why the figure of that name is not known
SELECT p.campaign_id, p.zone, p.zone_assumed, f.name AS zone_name, f.value AS g_per_kwh,
       f.year, f.method, f.scope, f.basis, f.boundary, f.publisher, f.edition, f.source,
       f.licence, f.retrieved, f.file, f.sha256, f.factor_id AS grid_factor_id,
       coalesce(d.value, iif(f.scope = 'direct', f.value, NULL)) AS direct_g_per_kwh,
       coalesce(d.factor_id, iif(f.scope = 'direct', f.factor_id, NULL)) AS direct_factor_id,
       iif(f.scope = 'lifecycle', f.value, NULL) AS lifecycle_g_per_kwh,
       td.value AS td_loss, td.factor_id AS td_factor_id,
       p.upstream AS upstream_g_per_kwh, p.upstream_source,
       p.market AS market_g_per_kwh, p.instrument, p.market_source,
       coalesce(p.pue, 1.0) AS pue, p.pue IS NULL AS pue_assumed, p.pue_category, p.pue_year,
       p.pue_source, p.psu, p.psu_source,
       coalesce(p.embodied_kg, te.value) AS te_kg,
       iif(p.embodied_kg IS NULL, te.low, NULL) AS te_low_kg,
       iif(p.embodied_kg IS NULL, te.high, NULL) AS te_high_kg,
       iif(p.embodied_kg IS NULL, te.name, 'as stated') AS te_name,
       iif(p.embodied_kg IS NULL, te.source, p.embodied_source) AS te_source,
       te.factor_id AS te_factor_id,
       coalesce(p.life, tl.value, 4.0) AS life_years,
       p.life IS NULL AND tl.value IS NULL AS life_assumed, p.life IS NOT NULL AS life_stated,
       coalesce(p.share, 1.0) AS share, p.share IS NULL AS share_assumed,
       p.training_queries, p.wue, p.wue_source, w.value AS water_l_per_kwh,
       w.factor_id AS water_factor_id, p.is_guest, tl.factor_id AS life_factor_id,
       iif(p.zone_assumed, 'assumed', 'grid-annual') AS grid_doubt,
       iif(f.value IS NULL, printf('no factor for zone ''%s''', p.zone), NULL) AS grid_reason,
       iif(coalesce(d.value, iif(f.scope = 'direct', f.value, NULL)) IS NULL,
           printf('no direct factor is known for zone ''%s'': its lifecycle factor holds '
                  || 'scope 2 and category 3 together', p.zone), NULL) AS scope2_location_reason,
       iif(p.market IS NULL, 'no contractual instrument was stated', NULL)
         AS scope2_market_reason,
       coalesce(p.upstream, iif(f.scope = 'lifecycle', f.value, NULL) - d.value)
         AS cat3_upstream_g_per_kwh,
       CASE WHEN p.upstream IS NOT NULL THEN p.upstream_source
            WHEN f.scope = 'lifecycle' AND d.value IS NOT NULL
              THEN 'lifecycle less direct factor of two publishers: an indication'
            ELSE 'no upstream factor is known apart' END AS upstream_basis,
       coalesce(d.value, iif(f.scope = 'direct', f.value, NULL)) * td.value / (1 - td.value)
         AS cat3_td_g_per_kwh,
       iif(td.value IS NULL OR coalesce(d.value, iif(f.scope = 'direct', f.value, NULL)) IS NULL,
           printf('no loss of transmission and distribution is known for zone ''%s''', p.zone),
           NULL) AS td_reason,
       iif(p.wue IS NULL, 'no WUE was stated: factors set wue=...', NULL) AS onsite_reason,
       iif(w.value IS NULL, printf('no figure for zone ''%s''', p.zone), NULL)
         AS offsite_reason
FROM (
  SELECT c.campaign_id, h.hypervisor IS NOT NULL AS is_guest,
    coalesce(max(iif(s.name = 'zone', s.text, NULL)), c.zone, 'WORLD') AS zone,
    max(iif(s.name = 'zone', s.text, NULL)) IS NULL AND c.zone IS NULL AS zone_assumed,
    coalesce(max(iif(s.name = 'pue', s.value, NULL)), c.pue) AS pue,
    iif(max(iif(s.name = 'pue', s.value, NULL)) IS NULL, iif(c.pue IS NULL, NULL,
        'given to the run'), max(iif(s.name = 'pue', s.source, NULL))) AS pue_source,
    max(iif(s.name = 'pue_category', s.text, NULL)) AS pue_category,
    max(iif(s.name = 'pue_year', s.value, NULL)) AS pue_year,
    max(iif(s.name = 'psu', s.value, NULL)) AS psu,
    max(iif(s.name = 'psu', s.source, NULL)) AS psu_source,
    max(iif(s.name = 'embodied', s.value, NULL)) AS embodied_kg,
    max(iif(s.name = 'embodied', s.text, NULL)) AS embodied_key,
    max(iif(s.name = 'embodied', s.source, NULL)) AS embodied_source,
    max(iif(s.name = 'life', s.value, NULL)) AS life,
    max(iif(s.name = 'share', s.value, NULL)) AS share,
    max(iif(s.name = 'training_queries', s.value, NULL)) AS training_queries,
    max(iif(s.name = 'market', s.value, NULL)) AS market,
    max(iif(s.name = 'market', s.source, NULL)) AS market_source,
    max(iif(s.name = 'instrument', s.text, NULL)) AS instrument,
    max(iif(s.name = 'upstream', s.value, NULL)) AS upstream,
    max(iif(s.name = 'upstream', s.source, NULL)) AS upstream_source,
    max(iif(s.name = 'wue', s.value, NULL)) AS wue,
    max(iif(s.name = 'wue', s.source, NULL)) AS wue_source
  FROM campaign c JOIN host h ON h.host_id = c.host_id
       LEFT JOIN v_setting s ON s.campaign_id = c.campaign_id
  GROUP BY c.campaign_id
) p
LEFT JOIN v_factor f ON f.kind = 'grid' AND f.parameter = 'intensity' AND f.key = p.zone
LEFT JOIN v_factor d ON d.kind = 'grid' AND d.parameter = 'intensity_direct' AND d.key = p.zone
LEFT JOIN v_factor td ON td.kind = 'grid' AND td.parameter = 'td_loss' AND td.key = p.zone
LEFT JOIN v_factor te ON te.kind = 'embodied' AND te.parameter = 'te' AND te.key = p.embodied_key
LEFT JOIN v_factor tl ON tl.kind = 'embodied' AND tl.parameter = 'life' AND tl.key = p.embodied_key
LEFT JOIN v_factor w ON w.kind = 'water' AND w.parameter = 'offsite'
  AND w.key = iif(p.zone LIKE 'US-%', 'US', p.zone);

CREATE VIEW v_doubt AS
  -- One row per campaign: how far each input of its grams may lie from what is taken (95 %).
  --   *_down, *_up  what the grams are multiplied by at either end: 0.9 and 1.1 for 10 %. 1 for
  --                 what was not stated: it is a choice, and no doubt is known of it
  --   grid          factor(kind = 'uncertainty', key = grid_doubt): an annual national factor for
  --                 the right country drifts by as much from year to year. It says nothing of
  --                 the hour of a run. Where the zone is assumed: two standard deviations of
  --                 the logarithms of all countries' figures: that deviation is a factor itself,
  --                 ('uncertainty', 'countries', 'ln_sd'); a file that holds all countries'
  --                 figures instead needs none
  --   pue, psu, life   of the same table; a PUE is never below 1, an efficiency never above 1
  --   te            low and high of its source where sources disagree, each side its own
  --                 (p05 and p95 as 95 %), else 'embodied' of that table
  --   u_*           the same as relative standard uncertainty (k = 1)
  --   *_ln2_down, *_ln2_up   squared logarithms, of what multiplies summed: independent factors
  --                 add by these. e: joules to kWh without a power supply; o: e and the grid;
  --                 m: embodied carbon and service life
  --   m_reason      why M is not known; m_reason_at_wall: of an estimate. E and M must be of the
  --                 same: E of a guest, or of an estimate, is of the threads that ran, and M of
  --                 share 1 is of the whole machine, so there the share must be stated
  --   What the table has above 30 % is lognormal: exp(2 * sqrt(ln(1 + u^2))) to either side
WITH k2 AS (
  SELECT key, value, value / 2 AS u,
         iif(value > 0.30, exp(2 * sqrt(ln(1 + value * value / 4))), 1 + value) AS up,
         iif(value > 0.30, exp(-2 * sqrt(ln(1 + value * value / 4))), 1 - value) AS down
  FROM v_factor WHERE kind = 'uncertainty' AND parameter = 'k2'
), countries AS (
  SELECT coalesce(
    (SELECT value FROM v_factor WHERE kind = 'uncertainty' AND key = 'countries'
       AND parameter = 'ln_sd'),
    (SELECT sqrt((sum(ln(value) * ln(value)) - count(*) * avg(ln(value)) * avg(ln(value)))
                 / (count(*) - 1))
     FROM v_factor WHERE kind = 'grid' AND parameter = 'intensity' AND length(key) = 2
       AND scope = 'lifecycle' AND value > 0)) AS sd
), factors AS MATERIALIZED ( -- apart: a join has at most 64 tables
  SELECT a.campaign_id,
         iif(a.grid_doubt = 'assumed', countries.sd, g.u) AS u_grid,
         iif(a.grid_doubt = 'assumed', exp(-2 * countries.sd), g.down) AS grid_down,
         iif(a.grid_doubt = 'assumed', exp(2 * countries.sd), g.up) AS grid_up,
         iif(a.pue_assumed, NULL, p.u) AS u_pue,
         iif(a.pue_assumed, 1, max(p.down, 1 / a.pue)) AS pue_down,
         iif(a.pue_assumed, 1, p.up) AS pue_up,
         iif(a.psu IS NULL, NULL, s.u) AS u_psu,
         coalesce(a.psu / min(a.psu * s.up, 1), 1) AS psu_down,
         iif(a.psu IS NULL, 1, 1 / s.down) AS psu_up,
         iif(a.te_high_kg > a.te_low_kg, ln(a.te_high_kg / a.te_low_kg) / 4, t.u) AS u_te,
         iif(a.te_high_kg > a.te_low_kg, a.te_low_kg / a.te_kg, t.down) AS te_down,
         iif(a.te_high_kg > a.te_low_kg, a.te_high_kg / a.te_kg, t.up) AS te_up,
         l.u AS u_life, 1 / l.up AS life_down, 1 / l.down AS life_up,
         CASE WHEN a.te_kg IS NULL
                THEN 'embodied carbon was not stated: factors set embodied=server'
              WHEN a.share_assumed AND a.is_guest
                THEN 'a guest is a part of its host, and which part was not stated: '
                     || 'factors set share=...' END AS m_reason,
         iif(a.te_kg IS NOT NULL AND a.share_assumed AND NOT a.is_guest,
             'the estimate is of the threads that ran, and which part of the device was '
             || 'reserved was not stated: factors set share=...', NULL) AS m_reason_estimate
  FROM v_account a JOIN countries LEFT JOIN k2 g ON g.key = a.grid_doubt
       LEFT JOIN k2 p ON p.key = 'pue' LEFT JOIN k2 s ON s.key = 'psu'
       LEFT JOIN k2 t ON t.key = 'embodied' LEFT JOIN k2 l ON l.key = 'life'
)
SELECT *, coalesce(m_reason, m_reason_estimate) AS m_reason_at_wall,
       pow(ln(pue_down), 2) AS e_ln2_down, pow(ln(pue_up), 2) AS e_ln2_up,
       pow(ln(pue_down), 2) + pow(ln(grid_down), 2) AS o_ln2_down,
       pow(ln(pue_up), 2) + pow(ln(grid_up), 2) AS o_ln2_up,
       pow(ln(psu_down), 2) AS psu_ln2_down, pow(ln(psu_up), 2) AS psu_ln2_up,
       pow(ln(te_down), 2) + pow(ln(life_down), 2) AS m_ln2_down,
       pow(ln(te_up), 2) + pow(ln(life_up), 2) AS m_ln2_up
FROM factors;

CREATE VIEW v_carbon AS
  -- One row per trial: grams of CO2e of the electricity, and every factor that entered.
  --   grams = joules / psu_applied / 3.6e6 * pue * g_per_kwh; grams_per_query from v_query's
  --                   joules likewise
  --   psu_applied     psu, where joules come from behind the power supply; 1 where no efficiency
  --                   was given (its loss is then excluded), and for estimates, whose published
  --                   watts were taken at the wall
  --   *_low, *_high   value * exp(-+ sqrt(sum of the squared logarithms)): of the joules' own
  --                   bounds and of v_doubt's grid, PUE and, where applied, power supply
  --   grid_uncertainty_k2   2 * v_doubt.u_grid. It says nothing of the hour
  --   zone_assumed    1: no zone was given, and the world's figure stands in
  --   pue_assumed     1: no PUE was given, and 1 (no overhead) stands in
  --   provenance      'assumed' where zone or PUE are; else the weaker of the joules' own and
  --                   'modelled': a factor is no measurement
WITH input AS (
  SELECT q.*, a.zone, a.zone_assumed, a.pue, a.pue_assumed, a.zone_name, a.g_per_kwh, a.year,
         a.method, a.scope, a.basis, a.boundary, a.publisher, a.edition, a.source, a.licence,
         a.grid_reason,
         iif(q.run_provenance = 'estimated', 1.0, coalesce(a.psu, 1.0)) AS psu_applied,
         2 * d.u_grid AS grid_uncertainty_k2,
         d.o_ln2_down + iif(q.run_provenance = 'estimated', 0, d.psu_ln2_down) AS ln2_down,
         d.o_ln2_up + iif(q.run_provenance = 'estimated', 0, d.psu_ln2_up) AS ln2_up
  FROM v_query q JOIN v_account a ON a.campaign_id = q.campaign_id
       JOIN v_doubt d ON d.campaign_id = q.campaign_id
), scaled AS (
  SELECT *, pue / psu_applied * g_per_kwh / 3.6e6 AS g_per_j FROM input
)
SELECT trial_id, campaign_id, variant, job, run_j AS joules,
       run_provenance AS energy_provenance,
       run_j * g_per_j AS grams,
       iif(run_low_j <= 0, 0.0,
           run_j * g_per_j * exp(-sqrt(pow(ln(run_j / run_low_j), 2) + ln2_down))) AS grams_low,
       run_j * g_per_j * exp(sqrt(pow(ln(run_high_j / run_j), 2) + ln2_up)) AS grams_high,
       joules_per_query * g_per_j AS grams_per_query,
       iif(low <= 0, 0.0, joules_per_query * g_per_j
           * exp(-sqrt(pow(ln(joules_per_query / low), 2) + ln2_down))) AS grams_per_query_low,
       joules_per_query * g_per_j
         * exp(sqrt(pow(ln(high / joules_per_query), 2) + ln2_up)) AS grams_per_query_high,
       CASE WHEN zone_assumed OR pue_assumed THEN 'assumed'
            WHEN run_provenance = 'measured' THEN 'modelled' ELSE run_provenance END
         AS provenance,
       zone, zone_assumed, zone_name, g_per_kwh, year, method, scope, basis, boundary,
       publisher, edition, source, licence, grid_uncertainty_k2, pue, pue_assumed, psu_applied,
       coalesce(grid_reason, run_reason) AS reason
FROM scaled;

CREATE VIEW v_sci AS
  -- One row per trial: the Software Carbon Intensity, ISO/IEC 21031: ((E * I) + M) / R.
  --   e_kwh           E per query: joules_per_query / psu_applied / 3.6e6 * pue, gross
  --   i_g_per_kwh     I, location-based; i_scope: what it holds, direct or lifecycle
  --   o_g             E * I
  --   m_g             M = TE * (TiR / EL) * (RR / ToR): te_kg * 1000 * (tir_s / life) * share,
  --                   tir_s = seconds / queries; m_low_g and m_high_g by v_doubt. NULL:
  --                   m_reason says why: embodied carbon was not stated, or E and M would be of
  --                   different things. E of a guest, or of an estimate, is of the threads that
  --                   ran; M of share 1 is of the whole machine: there the share must be stated
  --   sci_g           o_g + m_g per query; without m_g it is no SCI, and NULL
  --   run_*           the same for the whole run (of a training: SCI per training run), and
  --                   amortised_g, of trainings alone: its o_g + m_g (m_g where it is known)
  --                   / training_queries, where those are stated
WITH input AS (
  SELECT q.trial_id, q.campaign_id, q.variant, q.job, q.queries, q.usable,
         q.joules_per_query, q.run_j,
         q.seconds / q.queries AS tir_s,
         (t.end_mono_ns - t.begin_mono_ns) * 1e-9 AS run_s,
         a.g_per_kwh, a.scope, a.training_queries,
         iif(q.run_provenance = 'estimated', d.m_reason_at_wall, d.m_reason) AS m_reason,
         a.te_kg * 1000 * a.share / (a.life_years * 365 * 86400) AS m_g_per_s,
         exp(-sqrt(d.m_ln2_down)) AS m_down, exp(sqrt(d.m_ln2_up)) AS m_up,
         a.pue / iif(q.run_provenance = 'estimated', 1.0, coalesce(a.psu, 1.0)) / 3.6e6
           AS kwh_per_j
  FROM v_query q JOIN trial t ON t.trial_id = q.trial_id
       JOIN v_account a ON a.campaign_id = q.campaign_id
       JOIN v_doubt d ON d.campaign_id = q.campaign_id
), made AS (
  SELECT *, iif(m_reason IS NULL, tir_s * m_g_per_s, NULL) AS m_g,
         iif(m_reason IS NULL, run_s * m_g_per_s, NULL) AS run_m_g FROM input
)
SELECT trial_id, campaign_id, variant, job, queries, usable,
       joules_per_query * kwh_per_j AS e_kwh, g_per_kwh AS i_g_per_kwh, scope AS i_scope,
       joules_per_query * kwh_per_j * g_per_kwh AS o_g,
       tir_s, m_g, m_g * m_down AS m_low_g, m_g * m_up AS m_high_g,
       joules_per_query * kwh_per_j * g_per_kwh + m_g AS sci_g, m_reason,
       run_j * kwh_per_j AS run_e_kwh, run_j * kwh_per_j * g_per_kwh AS run_o_g, run_m_g,
       run_j * kwh_per_j * g_per_kwh + run_m_g AS run_sci_g,
       iif(job = 'train', (run_j * kwh_per_j * g_per_kwh + coalesce(run_m_g, 0))
                            / training_queries, NULL) AS amortised_g,
       iif(job = 'train', training_queries, NULL) AS training_queries
FROM made;

CREATE VIEW v_scope AS
  -- One row per trial: the GHG Protocol's view of the whole run's electricity, in grams.
  --   scope2_location_g   kWh at the meter * the zone's direct factor
  --   scope2_market_g     * the factor of the instruments stated (setting market); NULL: none
  --   scope3_cat3_upstream_g   fuel, per kWh generated: setting upstream, else the zone's
  --                   lifecycle less its direct factor (two publishers: an indication)
  --   scope3_cat3_td_g    generated and lost on the way: direct * td_loss / (1 - td_loss)
  --   lifecycle_g         * the lifecycle factor: scope 2 and fuel in one, never added to them
SELECT s.trial_id, s.campaign_id, s.variant, s.job, s.run_e_kwh AS kwh,
       s.run_e_kwh * a.direct_g_per_kwh AS scope2_location_g, a.scope2_location_reason,
       s.run_e_kwh * a.market_g_per_kwh AS scope2_market_g, a.instrument,
       a.scope2_market_reason,
       s.run_e_kwh * a.cat3_upstream_g_per_kwh AS scope3_cat3_upstream_g,
       a.upstream_basis AS scope3_cat3_upstream_basis,
       s.run_e_kwh * a.cat3_td_g_per_kwh AS scope3_cat3_td_g,
       a.td_reason AS scope3_cat3_td_reason,
       s.run_e_kwh * a.lifecycle_g_per_kwh AS lifecycle_g
FROM v_sci s JOIN v_account a ON a.campaign_id = s.campaign_id;

CREATE VIEW v_water AS
  -- One row per trial: litres for the whole run.
  --   onsite_l    kWh of IT (before PUE) * wue; NULL: no WUE was stated
  --   offsite_l   kWh at the meter * water consumed by the zone's generation
SELECT s.trial_id, s.campaign_id, s.variant, s.job, s.run_e_kwh / a.pue * a.wue AS onsite_l,
       a.onsite_reason, s.run_e_kwh * a.water_l_per_kwh AS offsite_l, a.offsite_reason
FROM v_sci s JOIN v_account a ON a.campaign_id = s.campaign_id;

CREATE VIEW v_boundary AS
  -- One row per campaign and component of the machine and around it.
  --   status   'counted' (by channels), 'in the estimate' (its watts are of whole servers),
  --            'by factor', 'apart' (a figure of its own), or 'excluded'; why says why, or how.
  --            What v_budget says of the power supply and of M follows from the same
WITH seen AS (
  SELECT t.campaign_id, c.domain, c.collector, max(c.counted) AS counted
  FROM trial t JOIN channel c ON c.trial_id = t.trial_id AND c.unit IN ('J', 'W')
  GROUP BY t.campaign_id, c.domain, c.collector
), met AS (
  SELECT a.campaign_id, a.psu, a.pue, a.pue_assumed, a.te_kg, a.wue, a.share,
         a.training_queries, d.m_reason, d.m_reason_at_wall,
    EXISTS (SELECT 1 FROM seen s WHERE s.campaign_id = a.campaign_id AND s.counted
            AND s.collector = 'estimate') AS any_estimate,
    EXISTS (SELECT 1 FROM seen s WHERE s.campaign_id = a.campaign_id AND s.counted
            AND s.domain IS 'machine' AND s.collector <> 'estimate') AS machine,
    EXISTS (SELECT 1 FROM seen s WHERE s.campaign_id = a.campaign_id AND s.counted
            AND s.domain IN ('package', 'psys')) AS package,
    EXISTS (SELECT 1 FROM seen s WHERE s.campaign_id = a.campaign_id AND s.counted
            AND s.domain IN ('dram', 'psys')) AS dram,
    EXISTS (SELECT 1 FROM seen s WHERE s.campaign_id = a.campaign_id AND s.counted
            AND s.domain = 'gpu') AS gpu,
    (SELECT group_concat(DISTINCT g.name || ': ' || g.why)
     FROM trial t JOIN gap g ON g.trial_id = t.trial_id
     WHERE t.campaign_id = a.campaign_id AND g.collector = 'nvml' AND g.kind = 'unavailable'
       AND g.name IS NOT NULL) AS unread_gpus,
    EXISTS (SELECT 1 FROM trial t WHERE t.campaign_id = a.campaign_id AND t.job = 'train')
      AS trained
  FROM v_account a JOIN v_doubt d ON d.campaign_id = a.campaign_id
), has AS (
  SELECT *, any_estimate AND NOT package AND NOT machine AS estimate FROM met
)
SELECT campaign_id, 1 AS ordinal, 'processor' AS component,
       CASE WHEN package OR machine THEN 'counted' WHEN estimate THEN 'in the estimate'
            ELSE 'excluded' END AS status,
       iif(package OR machine OR estimate, NULL, 'no channel counts it') AS why FROM has
UNION ALL SELECT campaign_id, 2, 'memory',
       CASE WHEN dram OR machine THEN 'counted' WHEN estimate THEN 'in the estimate'
            ELSE 'excluded' END,
       iif(dram OR machine OR estimate, NULL, 'no channel counts it') FROM has
UNION ALL SELECT campaign_id, 3, 'graphics processor', iif(gpu OR machine, 'counted', 'excluded'),
       coalesce(unread_gpus, iif(gpu OR machine, NULL, 'no channel counts one: idle or absent')) FROM has
UNION ALL SELECT campaign_id, 4, 'fans, disks, board',
       CASE WHEN machine THEN 'counted' WHEN estimate THEN 'in the estimate' ELSE 'excluded' END,
       iif(machine OR estimate, NULL, 'no channel counts them') FROM has
UNION ALL SELECT campaign_id, 5, 'power supply loss',
       CASE WHEN estimate THEN 'in the estimate' WHEN psu IS NOT NULL THEN 'by factor'
            ELSE 'excluded' END,
       CASE WHEN estimate THEN NULL WHEN psu IS NOT NULL THEN printf('efficiency %.2f', psu)
            ELSE 'no efficiency was stated (psu)' END FROM has
UNION ALL SELECT campaign_id, 6, 'cooling and distribution of the data centre',
       iif(pue_assumed, 'excluded', 'by factor'),
       iif(pue_assumed, 'no PUE was stated: 1 stands in', printf('PUE %.2f', pue)) FROM has
UNION ALL SELECT campaign_id, 7, 'network and end-user devices', 'excluded',
       'outside the machine: whatif --device sets them beside it' FROM has
UNION ALL SELECT campaign_id, 8, 'embodied carbon',
       iif(iif(estimate, m_reason_at_wall, m_reason) IS NULL, 'by factor', 'excluded'),
       CASE WHEN te_kg IS NULL THEN 'no device was stated (embodied)'
            ELSE coalesce(iif(estimate, m_reason_at_wall, m_reason),
                          printf('%.6g kgCO2e', te_kg)) END FROM has
UNION ALL SELECT campaign_id, 9, 'water on site', iif(wue IS NULL, 'excluded', 'by factor'),
       iif(wue IS NULL, 'no WUE was stated', printf('%.3g L/kWh', wue)) FROM has
UNION ALL SELECT campaign_id, 10, 'making the variants',
       CASE WHEN NOT trained THEN 'excluded' WHEN training_queries IS NULL THEN 'apart'
            ELSE 'by factor' END,
       CASE WHEN NOT trained THEN 'no training was recorded in this campaign'
            WHEN training_queries IS NULL
              THEN 'with the break-even, not spread over queries: training_queries was not stated'
            ELSE printf('spread over %.10g queries (training_queries)', training_queries) END
  FROM has;

CREATE VIEW v_factor_used AS
  -- One row per campaign and factor that a figure of it used, with its role and age:
  --   role        grid, grid direct, grid residual (of what certificates do not match), grid
  --               losses, embodied, service life, water, estimate, and of the widths of the
  --               intervals: uncertainty
  --   age_years   year of the campaign less year of the data; NULL: the source gives no year
SELECT u.campaign_id, u.role, f.*,
       CAST(strftime('%Y', c.begin_utc_ns / 1000000000, 'unixepoch') AS INTEGER) - f.year
         AS age_years
FROM (
  SELECT campaign_id, 'grid' AS role, grid_factor_id AS id FROM v_account
  UNION ALL SELECT campaign_id, 'grid direct', direct_factor_id FROM v_account
    WHERE direct_factor_id IS NOT grid_factor_id
  UNION ALL SELECT a.campaign_id, 'grid residual', r.factor_id
    FROM v_account a JOIN v_factor r ON r.kind = 'grid' AND r.parameter = 'intensity_residual'
         AND r.key = a.zone WHERE EXISTS (SELECT 1 FROM certificate_file)
  UNION ALL SELECT campaign_id, 'grid losses', td_factor_id FROM v_account
  UNION ALL SELECT campaign_id, 'embodied', te_factor_id FROM v_account WHERE te_kg IS NOT NULL
  UNION ALL SELECT campaign_id, 'service life', life_factor_id FROM v_account
    WHERE te_kg IS NOT NULL AND NOT life_stated
  UNION ALL SELECT campaign_id, 'water', water_factor_id FROM v_account
  UNION ALL SELECT a.campaign_id, 'uncertainty', k.factor_id
    FROM v_account a JOIN v_factor k ON k.kind = 'uncertainty' AND k.parameter = 'k2'
         AND (k.key = a.grid_doubt OR k.key = 'pue' AND NOT a.pue_assumed
              OR k.key = 'psu' AND a.psu IS NOT NULL OR k.key = 'life' AND a.te_kg IS NOT NULL
              OR k.key = 'embodied' AND a.te_kg IS NOT NULL
                 AND NOT coalesce(a.te_high_kg > a.te_low_kg, 0))
  UNION ALL SELECT DISTINCT t.campaign_id, 'estimate', f.factor_id
    FROM trial t JOIN campaign c ON c.campaign_id = t.campaign_id
         JOIN host h ON h.host_id = c.host_id
         JOIN channel ch ON ch.trial_id = t.trial_id AND ch.collector = 'estimate'
         JOIN v_factor f ON f.kind = 'cpu' AND f.key = coalesce(h.microarchitecture, 'unknown')
) u JOIN v_factor f ON f.factor_id = u.id JOIN campaign c ON c.campaign_id = u.campaign_id;

CREATE VIEW v_provenance AS
  -- One row per trial and class: how much of its joules is measured, modelled, estimated, assumed.
  --   joules   of the counted channels of that class, as v_phase sums them; share: of the trial
SELECT trial_id, provenance, joules, joules / sum(joules) OVER (PARTITION BY trial_id) AS share
FROM (
  SELECT trial_id, provenance,
         sum(joules * iif(provenance IN ('estimated', 'assumed'), cpu_share, 1)) AS joules
  FROM v_energy WHERE phase_ordinal = 0 AND counted = 1 AND joules IS NOT NULL
  GROUP BY trial_id, provenance
);

CREATE VIEW v_quality AS
  -- One row per campaign and factor used: the GHG Protocol's five data-quality indicators, from 1
  -- (very good) to 5 (poor), each by rule:
  --   technology     1 the very thing (as stated, this microarchitecture), 2 its kind, 4 a median
  --                  over kinds, 5 the fallback for what is not known
  --   time           by age: 1 up to 3 years, 2 to 6, 3 to 10, 4 to 15, 5 more or not known
  --   geography      1 part of a country, 2 country, 3 does not depend on it, 4 region of the
  --                  world, 5 assumed
  --   completeness   1 all that its boundary names, 2 lifecycle without transmission, 3 direct
  --                  emissions only, or manufacture alone
  --   reliability    1 official statistics, 2 a publisher's computation from them (3 both where
  --                  not compared with the publisher's own text), 3 industry or vendor figures,
  --                  4 a proxy, 5 an assumption
  --   score          their mean
WITH judged AS (
  SELECT u.campaign_id, u.role, u.kind, u.key, u.parameter, u.value, u.unit, u.year,
         u.age_years, u.publisher, u.edition, u.source, u.licence,
         CASE WHEN u.origin = 'set' THEN 1
              WHEN u.kind = 'cpu' THEN iif(u.key = 'unknown', 5, 1)
              WHEN u.kind = 'embodied' THEN iif(u.key LIKE 'gpu-%', 2, 4)
              ELSE 2 END AS technology,
         CASE WHEN u.age_years <= 3 THEN 1 WHEN u.age_years <= 6 THEN 2
              WHEN u.age_years <= 10 THEN 3 WHEN u.age_years <= 15 THEN 4 ELSE 5 END AS time,
         CASE WHEN u.kind NOT IN ('grid', 'water') THEN 3
              WHEN a.zone_assumed THEN 5
              WHEN u.key LIKE '__-%' THEN 1
              WHEN length(u.key) = 2 AND u.key <> 'EU' THEN 2 ELSE 4 END AS geography,
         CASE WHEN u.kind = 'grid' THEN CASE u.scope WHEN 'direct' THEN 3 ELSE 2 END
              WHEN u.kind = 'embodied' AND u.boundary = 'manufacture' THEN 3
              ELSE 1 END AS completeness,
         CASE WHEN u.publisher IN ('EPA', 'DESNZ', 'US Department of Energy')
                THEN iif(u.compared IS NULL, 3, 1)
              WHEN u.note LIKE 'proxy%' THEN 4
              WHEN u.publisher = 'joulecart' THEN 5
              WHEN u.kind IN ('grid', 'water') THEN iif(u.compared IS NULL, 3, 2) ELSE 3 END AS reliability
  FROM v_factor_used u JOIN v_account a ON a.campaign_id = u.campaign_id
)
SELECT *, (technology + time + geography + completeness + reliability) / 5.0 AS score
FROM judged;

CREATE VIEW v_mean AS
  -- One row per campaign, variant, job and 'query' or 'run': the mean of its trials that count
  -- (per query the usable ones, per run the complete ones that are no warm-ups).
  --   j            mean of v_query's joules_per_query, or of its run_j
  --   spread_j     Student's interval (95 %) of that mean: t * sd / sqrt(n); NULL: one trial.
  --                t(0.975, n - 1) by table up to 60 degrees of freedom, beyond by the expansion
  --                of Cornish and Fisher (Abramowitz and Stegun 26.7.5), within 1e-9
  --   below_j, above_j   mean half-widths of the trials' own bounds: a gain errs alike in every
  --                trial, so they do not average out. NULL: a trial has no bound
  --   j_low, j_high   spread_j and these in quadrature, per side
  --   weakness     of its provenance, 0 to 3, as v_phase: the weakest above 5 % of the sum
  --   kwh          mean of joules / psu_applied / 3.6e6 * pue
  --   is_at_wall   1: the joules were taken before the power supply, as an estimate's are
  --   m_g, m_reason   SCI's M of its mean time; see v_sci
WITH input AS (
  SELECT q.campaign_id, q.variant, q.job, p.per, q.run_provenance IS 'estimated' AS is_at_wall,
         iif(p.per = 'query', q.joules_per_query, q.run_j) AS j,
         iif(p.per = 'query', q.low, q.run_low_j) AS low,
         iif(p.per = 'query', q.high, q.run_high_j) AS high,
         CASE iif(p.per = 'query', q.provenance, q.run_provenance)
              WHEN 'measured' THEN 0 WHEN 'modelled' THEN 1 WHEN 'estimated' THEN 2 ELSE 3 END
           AS weakness,
         iif(p.per = 'query', q.seconds / q.queries,
             (t.end_mono_ns - t.begin_mono_ns) * 1e-9) AS tir_s
  FROM v_query q JOIN trial t ON t.trial_id = q.trial_id
       JOIN (SELECT 'query' AS per UNION ALL SELECT 'run') p
  WHERE iif(p.per = 'query', q.usable AND q.joules_per_query IS NOT NULL,
            t.state = 'complete' AND NOT t.is_warmup AND q.run_j IS NOT NULL)
), centred AS (
  SELECT *, avg(j) OVER one AS mean_j, sum(j) OVER one AS sum_j FROM input
  WINDOW one AS (PARTITION BY campaign_id, variant, job, per)
), grouped AS (
  SELECT campaign_id, variant, job, per, count(*) AS n, avg(j) AS j,
         sqrt(sum((j - mean_j) * (j - mean_j)) / (count(*) - 1)) AS sd,
         iif(count(low) = count(*), avg(j - low), NULL) AS below_j,
         iif(count(high) = count(*), avg(high - j), NULL) AS above_j,
         coalesce(max(iif(j > 0.05 * sum_j, weakness, NULL)), max(weakness)) AS weakness,
         avg(iif(is_at_wall, j, 0)) AS wall_j, max(is_at_wall) AS is_at_wall,
         avg(tir_s) AS tir_s
  FROM centred GROUP BY campaign_id, variant, job, per
), student AS (
  SELECT *, CASE WHEN n BETWEEN 2 AND 61 THEN CAST(substr(
                '12.706204736175 4.3026527297495 3.1824463052837 2.7764451051978 2.5705818356363 '
             || '2.4469118511450 2.3646242515928 2.3060041352042 2.2621571627982 2.2281388519863 '
             || '2.2009851600916 2.1788128296672 2.1603686564628 2.1447866879178 2.1314495455598 '
             || '2.1199052992213 2.1098155778333 2.1009220402410 2.0930240544083 2.0859634472659 '
             || '2.0796138447277 2.0738730679040 2.0686576104190 2.0638985616280 2.0595385527533 '
             || '2.0555294386429 2.0518305164803 2.0484071417952 2.0452296421327 2.0422724563012 '
             || '2.0395134463964 2.0369333434601 2.0345152974493 2.0322445093177 2.0301079282503 '
             || '2.0280940009805 2.0261924630291 2.0243941639120 2.0226909200368 2.0210753903063 '
             || '2.0195409704414 2.0180817028184 2.0166921992278 2.0153675744438 2.0141033888808 '
             || '2.0128955989194 2.0117405137298 2.0106347576242 2.0095752371292 2.0085591121008 '
             || '2.0075837703158 2.0066468050617 2.0057459953179 2.0048792881881 2.0040447832891 '
             || '2.0032407188479 2.0024654592910 2.0017174841452 2.0009953780883 2.0002978220143 ',
             16 * (n - 2) + 1, 15) AS REAL)
       WHEN n > 61 THEN 1.959963984540054 + 2.372271230298563 / (n - 1)
         + 2.822498615739612 / pow(n - 1, 2) + 2.555849679507723 / pow(n - 1, 3)
         + 1.589534053393824 / pow(n - 1, 4) END * sd / sqrt(n) AS spread_j
  FROM grouped
)
SELECT s.campaign_id, s.variant, s.job, s.per, s.n, s.j, s.spread_j, s.below_j, s.above_j,
       max(s.j - sqrt(pow(coalesce(s.spread_j, 0), 2) + pow(s.below_j, 2)), 0.0) AS j_low,
       s.j + sqrt(pow(coalesce(s.spread_j, 0), 2) + pow(s.above_j, 2)) AS j_high,
       s.weakness, s.is_at_wall,
       (s.wall_j + (s.j - s.wall_j) / coalesce(a.psu, 1.0)) / 3.6e6 * a.pue AS kwh, s.tir_s,
       iif(s.is_at_wall, d.m_reason_at_wall, d.m_reason) AS m_reason,
       iif(iif(s.is_at_wall, d.m_reason_at_wall, d.m_reason) IS NULL,
           a.te_kg * 1000 * (s.tir_s / (a.life_years * 365 * 86400)) * a.share, NULL) AS m_g
FROM student s JOIN v_account a ON a.campaign_id = s.campaign_id
     JOIN v_doubt d ON d.campaign_id = s.campaign_id;

CREATE VIEW v_figure AS
  -- One row per campaign, variant, job, 'query' or 'run', and figure: the value and the bounds
  -- that every table, report, JSON, CSV and footer shows of it.
  --   joules       v_mean's j
  --   e_kwh        SCI's E: joules through the power supply and PUE
  --   o_g, m_g, sci_g   O = E * I, M, and their sum, in grams. m_g NULL: v_doubt.m_reason; sci_g is
  --                then no SCI, and NULL
  --   amortised_g  of trainings: o_g + m_g / training_queries, a query's part of the training
  --   scope2_location_g ... scope3_cat3_td_g   e_kwh * v_account's factors: the GHG Protocol's view of
  --                the same electricity, never to be added to SCI
  --   water_onsite_l, water_offsite_l   e_kwh / pue * wue, e_kwh * water_l_per_kwh
  --   low, high    95 %. joules: v_mean. What is proportional to them: value * exp(-+ sqrt(...)) of
  --                the squared logarithms of the joules' bounds and of v_doubt's, per side; M by
  --                v_doubt alone; sums: half-widths in quadrature, per side. A contract's factor,
  --                WUE and the water of a zone have no doubt of their own in the table
  --   provenance   'assumed' where zone, PUE or service life are; else the weaker of the joules'
  --                own and 'modelled': a factor is no measurement. reason: why it has no value, or
  --                why no interval
WITH input AS MATERIALIZED (
  SELECT m.*, a.zone_assumed OR a.pue_assumed AS is_o_assumed, a.pue_assumed, a.life_assumed,
         a.training_queries, a.pue, a.wue, a.g_per_kwh, a.direct_g_per_kwh, a.market_g_per_kwh,
         a.cat3_upstream_g_per_kwh, a.cat3_td_g_per_kwh, a.water_l_per_kwh,
         a.grid_reason, a.scope2_location_reason, a.scope2_market_reason, a.td_reason,
         a.upstream_basis, a.onsite_reason, a.offsite_reason,
         pow(ln(m.j / nullif(m.j_low, 0)), 2) + iif(m.is_at_wall, 0, d.psu_ln2_down) AS j_down,
         pow(ln(m.j_high / m.j), 2) + iif(m.is_at_wall, 0, d.psu_ln2_up) AS j_up,
         d.e_ln2_down, d.e_ln2_up, d.o_ln2_down, d.o_ln2_up, d.m_ln2_down, d.m_ln2_up,
         d.psu_ln2_down, d.psu_ln2_up
  FROM v_mean m JOIN v_account a ON a.campaign_id = m.campaign_id
       JOIN v_doubt d ON d.campaign_id = m.campaign_id
), electric AS MATERIALIZED (
  SELECT *, iif(j_low = 0, 0, exp(-sqrt(j_down + e_ln2_down))) AS e_down,
         exp(sqrt(j_up + e_ln2_up)) AS e_up,
         iif(j_low = 0, 0, exp(-sqrt(j_down + o_ln2_down))) AS o_down,
         exp(sqrt(j_up + o_ln2_up)) AS o_up,
         iif(j_low = 0, 0, exp(-sqrt(j_down))) AS it_down, exp(sqrt(j_up)) AS it_up,
         kwh * g_per_kwh AS o_g, exp(-sqrt(m_ln2_down)) AS m_down, exp(sqrt(m_ln2_up)) AS m_up,
         max(weakness, 1, 3 * pue_assumed) AS e_weakness,
         max(weakness, 1, 3 * is_o_assumed) AS o_weakness, 1 + 2 * life_assumed AS m_weakness
  FROM input
), sums AS MATERIALIZED (
  SELECT *, o_g + m_g AS sci_g,
         max(o_g + m_g - sqrt(pow(o_g * (1 - o_down), 2) + pow(m_g * (1 - m_down), 2)), 0.0)
           AS sci_low,
         o_g + m_g + sqrt(pow(o_g * (o_up - 1), 2) + pow(m_g * (m_up - 1), 2)) AS sci_high,
         max(o_weakness, m_weakness) AS sci_weakness
  FROM electric
), amortised AS (
  SELECT *, iif(job = 'train' AND per = 'run', coalesce(sci_g, o_g) / training_queries, NULL)
              AS amortised_g,
         coalesce(sci_low, o_g * o_down) / training_queries AS amortised_low,
         coalesce(sci_high, o_g * o_up) / training_queries AS amortised_high,
         CASE ordinal WHEN 7 THEN direct_g_per_kwh WHEN 9 THEN cat3_upstream_g_per_kwh
                      WHEN 10 THEN cat3_td_g_per_kwh WHEN 8 THEN market_g_per_kwh
                      WHEN 11 THEN wue / pue WHEN 12 THEN water_l_per_kwh END AS per_kwh
-- A list to join with, and not a UNION of twelve: each of those would compile all of this again.
  FROM sums JOIN (
    SELECT 1 AS ordinal, 'joules' AS figure UNION ALL SELECT 2, 'e_kwh' UNION ALL SELECT 3, 'o_g'
    UNION ALL SELECT 4, 'm_g' UNION ALL SELECT 5, 'sci_g' UNION ALL SELECT 6, 'amortised_g'
    UNION ALL SELECT 7, 'scope2_location_g' UNION ALL SELECT 8, 'scope2_market_g'
    UNION ALL SELECT 9, 'scope3_cat3_upstream_g' UNION ALL SELECT 10, 'scope3_cat3_td_g'
    UNION ALL SELECT 11, 'water_onsite_l' UNION ALL SELECT 12, 'water_offsite_l')
), figures AS (
  SELECT campaign_id, variant, job, per, n, ordinal, figure,
         CASE ordinal WHEN 1 THEN j WHEN 2 THEN kwh WHEN 3 THEN o_g WHEN 4 THEN m_g
              WHEN 5 THEN sci_g WHEN 6 THEN amortised_g ELSE kwh * per_kwh END AS value,
         CASE WHEN ordinal = 1 THEN j_low WHEN ordinal = 2 THEN kwh * e_down
              WHEN ordinal = 3 THEN o_g * o_down WHEN ordinal = 4 THEN m_g * m_down
              WHEN ordinal = 5 THEN sci_low WHEN ordinal = 6 THEN amortised_low
              WHEN ordinal = 11 THEN kwh * per_kwh * it_down
              WHEN ordinal IN (8, 12) THEN kwh * per_kwh * e_down
              ELSE kwh * per_kwh * o_down END AS low,
         CASE WHEN ordinal = 1 THEN j_high WHEN ordinal = 2 THEN kwh * e_up
              WHEN ordinal = 3 THEN o_g * o_up WHEN ordinal = 4 THEN m_g * m_up
              WHEN ordinal = 5 THEN sci_high WHEN ordinal = 6 THEN amortised_high
              WHEN ordinal = 11 THEN kwh * per_kwh * it_up
              WHEN ordinal IN (8, 12) THEN kwh * per_kwh * e_up
              ELSE kwh * per_kwh * o_up END AS high,
         CASE WHEN ordinal = 1 THEN weakness WHEN ordinal IN (2, 8) THEN e_weakness
              WHEN ordinal = 4 THEN m_weakness WHEN ordinal = 5 THEN sci_weakness
              WHEN ordinal = 6 THEN iif(sci_g IS NULL, o_weakness, sci_weakness)
              WHEN ordinal = 11 THEN max(weakness, 1) ELSE o_weakness END AS weakness,
         CASE ordinal WHEN 3 THEN grid_reason WHEN 4 THEN m_reason
              WHEN 5 THEN coalesce(m_reason, grid_reason)
              WHEN 6 THEN iif(job = 'train', 'over how many queries was not stated: factors set '
                                             || 'training_queries=...', 'not a training')
              WHEN 7 THEN scope2_location_reason WHEN 8 THEN scope2_market_reason
              WHEN 9 THEN upstream_basis WHEN 10 THEN td_reason WHEN 11 THEN onsite_reason
              WHEN 12 THEN offsite_reason END AS reason
  FROM amortised
)
SELECT campaign_id, variant, job, per, n, ordinal, figure, value,
       iif(value IS NULL OR high IS NULL, NULL, low) AS low,
       iif(value IS NULL OR low IS NULL, NULL, high) AS high,
       iif(value IS NULL, NULL, CASE weakness WHEN 0 THEN 'measured' WHEN 1 THEN 'modelled'
                                 WHEN 2 THEN 'estimated' ELSE 'assumed' END) AS provenance,
       CASE WHEN value IS NULL OR ordinal = 9 THEN reason
            WHEN low IS NULL OR high IS NULL
              THEN 'the uncertainty of an instrument, or a gap, has no bound'
            WHEN n = 1 AND ordinal <> 4
              THEN 'one trial: the interval holds no spread between trials' END AS reason
FROM figures;

CREATE VIEW v_budget_input AS
  -- One row per campaign, variant and job: what v_budget is made of: per query where a trial
  -- says it, else per run. j, o_g, m_g, spread and bounds as v_mean and v_figure have them.
  --   value_g    o_g + m_g: O = E * I, M embodied (0: not known)
  --   u_*        relative standard uncertainties (k = 1), of what o or m is proportional to; half
  --              of what v_mean and v_doubt have as 95 %:
  --   u_repeat   spread_j / j / 2; NULL: one trial
  --   u_instrument   instrument_u_j / joules / 2 of the whole trial
  --   u_edges    gaps, ticks and edges: half of what the bounds of a trial hold beyond its
  --              instruments
  --   u_grid ... u_life   of v_doubt; u_psu NULL: supply_why says why it does not enter
WITH instrument AS MATERIALIZED (
  SELECT t.campaign_id, t.variant, t.job, x.per, avg(p.instrument_u_j / p.joules) AS rel
  FROM trial t JOIN v_phase p ON p.trial_id = t.trial_id AND p.phase_ordinal = 0
       JOIN v_query q ON q.trial_id = t.trial_id
       JOIN (SELECT 'query' AS per UNION ALL SELECT 'run') x
  WHERE iif(x.per = 'query', q.usable AND q.joules_per_query IS NOT NULL,
            t.state = 'complete' AND NOT t.is_warmup AND q.run_j IS NOT NULL)
  GROUP BY t.campaign_id, t.variant, t.job, x.per
), both AS MATERIALIZED (
  SELECT *, max(per = 'query') OVER (PARTITION BY campaign_id, variant, job) AS any_query
  FROM v_mean
), chosen AS MATERIALIZED (
  SELECT m.*, i.rel AS instrument_rel, (m.below_j + m.above_j) / 2 / m.j AS half_rel
  FROM both m JOIN instrument i ON i.campaign_id = m.campaign_id AND i.variant = m.variant
       AND i.job = m.job AND i.per = m.per
  WHERE (m.per = 'query') = m.any_query
)
SELECT c.campaign_id, c.variant, c.job, c.per, c.n,
       c.kwh * a.g_per_kwh + coalesce(c.m_g, 0) AS value_g, c.kwh * a.g_per_kwh AS o_g,
       coalesce(c.m_g, 0) AS m_g, c.m_reason,
       c.spread_j / c.j / 2 AS u_repeat, c.instrument_rel / 2 AS u_instrument,
       max(c.half_rel - c.instrument_rel, 0) / 2 AS u_edges,
       d.u_grid, d.u_pue, iif(c.is_at_wall, NULL, d.u_psu) AS u_psu,
       iif(c.m_g IS NULL, NULL, d.u_te) AS u_te, iif(c.m_g IS NULL, NULL, d.u_life) AS u_life,
       a.zone_assumed, a.pue_assumed,
       CASE WHEN c.is_at_wall THEN 'in the estimate: its watts are taken at the wall'
            WHEN a.psu IS NULL THEN 'not stated: its loss is excluded'
            ELSE 'as stated' END AS supply_why
FROM chosen c JOIN v_account a ON a.campaign_id = c.campaign_id
     JOIN v_doubt d ON d.campaign_id = c.campaign_id;

CREATE VIEW v_budget AS
  -- The uncertainty budget of grams per query (or run), as the GUM has it: one row per campaign,
  -- variant, job and input.
  --   type          A: by statistics of these trials; B: by other means
  --   distribution  of the input; bounds: the ends of what readings allow, taken as 95 %;
  --                 lognormal where its expanded uncertainty is above 30 %
  --   u_rel         relative standard uncertainty of the input (k = 1); NULL: why says why
  --   sensitivity   d ln(grams) / d ln(input): the share of the grams that it scales
  --   contribution  u_rel * sensitivity
  --   share         of the variance of the grams. Instruments and bounds of one trial add up
  --                 and not by squares: each has half of what that makes more
  --   cancels       1: common to both sides of a comparison in one campaign, so not in a ratio
WITH input AS (
  SELECT b.*, i.*, CASE i.ordinal WHEN 1 THEN u_repeat WHEN 2 THEN u_instrument WHEN 3 THEN u_edges
                    WHEN 4 THEN u_grid WHEN 5 THEN u_pue WHEN 6 THEN u_psu WHEN 7 THEN u_te
                    ELSE u_life END AS u_rel,
         iif(i.ordinal < 7, o_g, m_g) / value_g AS sensitivity,
         CASE i.ordinal WHEN 2 THEN u_edges WHEN 3 THEN u_instrument ELSE 0 END AS with_u,
         CASE i.ordinal
           WHEN 1 THEN iif(u_repeat IS NULL, 'one trial: not known', printf('%d trials', n))
           WHEN 2 THEN 'uncertainty_k2 of the channels'
           WHEN 3 THEN 'bounds of v_query beyond the instruments'
           WHEN 4 THEN iif(zone_assumed, 'zone assumed: spread of all countries',
                           'annual drift, right country')
           WHEN 5 THEN iif(u_pue IS NULL, 'not stated: 1 stands in, the overhead is excluded',
                           'annual figure')
           WHEN 6 THEN supply_why
           WHEN 7 THEN coalesce(m_reason, 'sources, or a lifecycle assessment''s')
           ELSE iif(u_life IS NULL, 'embodied carbon is excluded', 'years around the stated')
         END AS why
  FROM v_budget_input b JOIN (
    SELECT 1 AS ordinal, 'repeatability' AS input, 'A' AS type, 'normal' AS shape, 0 AS cancels
    UNION ALL SELECT 2, 'instruments', 'B', 'normal', 1
    UNION ALL SELECT 3, 'gaps, ticks and edges', 'B', 'bounds', 0
    UNION ALL SELECT 4, 'grid factor', 'B', 'normal', 1
    UNION ALL SELECT 5, 'PUE', 'B', 'normal', 1
    UNION ALL SELECT 6, 'power supply', 'B', 'normal', 1
    UNION ALL SELECT 7, 'embodied carbon', 'B', 'normal', 1
    UNION ALL SELECT 8, 'service life', 'B', 'normal', 1) i
)
SELECT campaign_id, variant, job, per, ordinal, input, type,
       CASE WHEN u_rel IS NULL THEN NULL
            WHEN 2 * u_rel > 0.30 AND shape = 'normal' AND type = 'B' THEN 'lognormal'
            ELSE shape END AS distribution,
       u_rel, sensitivity, u_rel * sensitivity AS contribution,
       u_rel * (u_rel + with_u) * sensitivity * sensitivity
         / sum(u_rel * (u_rel + with_u) * sensitivity * sensitivity)
             OVER (PARTITION BY campaign_id, variant, job) AS share,
       cancels, why
FROM input;

CREATE VIEW v_budget_total AS
  -- One row per campaign, variant and job: the combined uncertainty of its grams.
  --   value_g, low, high   v_figure's sci_g, or o_g where M is not known (figure says which)
  --   u_c_rel       root of the sum of v_budget's squared contributions (instruments and bounds
  --                 of a trial added first): inputs are independent
  --   expanded_rel  k * u_c_rel, k = 2: what low and high are about where both sides are alike
  --   distribution  lognormal above 30 %, else normal: of each side by itself
WITH budget AS MATERIALIZED (
  SELECT *, sqrt(pow(o_g / value_g, 2)
                   * (pow(coalesce(u_repeat, 0), 2) + pow(u_instrument + u_edges, 2)
                      + pow(u_grid, 2) + pow(coalesce(u_pue, 0), 2)
                      + pow(coalesce(u_psu, 0), 2))
                 + pow(m_g / value_g, 2)
                   * (pow(coalesce(u_te, 0), 2) + pow(coalesce(u_life, 0), 2))) AS u_c_rel
  FROM v_budget_input
), figures AS MATERIALIZED (
  SELECT * FROM v_figure WHERE figure IN ('o_g', 'sci_g')
)
SELECT b.campaign_id, b.variant, b.job, b.per, f.figure, f.value AS value_g, b.o_g, b.m_g,
       b.u_c_rel, 2 AS k, 2 * b.u_c_rel AS expanded_rel,
       iif(2 * b.u_c_rel > 0.30, 'lognormal', 'normal') AS distribution, f.low, f.high
FROM budget b JOIN figures f ON f.campaign_id = b.campaign_id AND f.variant = b.variant
     AND f.job = b.job AND f.per = b.per
     AND f.figure = iif(b.m_reason IS NULL, 'sci_g', 'o_g');
