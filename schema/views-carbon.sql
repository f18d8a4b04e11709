-- schema/views-carbon.sql - from joules to grams, each figure with every factor that entered.
-- As in views.sql: formulas stand in the views' own comments, NULL has its reason beside it.

CREATE VIEW v_factor AS
  -- The factors in force: of one (kind, key, parameter) what was set, else imported, else bundled.
SELECT * FROM factor f
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
  --                   embodied carbon is excluded. share 1 unless stated: the whole device
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
       p.life IS NULL AND tl.value IS NULL AS life_assumed,
       coalesce(p.share, 1.0) AS share, p.share IS NULL AS share_assumed,
       p.training_queries, p.wue, p.wue_source, w.value AS water_l_per_kwh,
       w.factor_id AS water_factor_id
FROM (
  SELECT c.campaign_id,
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
  FROM campaign c LEFT JOIN v_setting s ON s.campaign_id = c.campaign_id
  GROUP BY c.campaign_id
) p
LEFT JOIN v_factor f ON f.kind = 'grid' AND f.parameter = 'intensity' AND f.key = p.zone
LEFT JOIN v_factor d ON d.kind = 'grid' AND d.parameter = 'intensity_direct' AND d.key = p.zone
LEFT JOIN v_factor td ON td.kind = 'grid' AND td.parameter = 'td_loss' AND td.key = p.zone
LEFT JOIN v_factor te ON te.kind = 'embodied' AND te.parameter = 'te' AND te.key = p.embodied_key
LEFT JOIN v_factor tl ON tl.kind = 'embodied' AND tl.parameter = 'life' AND tl.key = p.embodied_key
LEFT JOIN v_factor w ON w.kind = 'water' AND w.parameter = 'offsite'
  AND w.key = iif(p.zone LIKE 'US-%', 'US', p.zone);

CREATE VIEW v_carbon AS
  -- One row per trial: grams of CO2e of the electricity, and every factor that entered.
  --   grams = joules / psu_applied / 3.6e6 * pue * g_per_kwh; grams_per_query from v_query's
  --                   joules likewise
  --   psu_applied     psu, where joules come from behind the power supply; 1 where no efficiency
  --                   was given (its loss is then excluded), and for estimates, whose published
  --                   watts were taken at the wall
  --   *_low, *_high   the interval of the joules and grid_uncertainty_k2 in quadrature, per side
  --   grid_uncertainty_k2   10 %: an annual national factor for the right country drifts by 5
  --                   to 15 % from year to year. It says nothing of the hour, nor of an assumed
  --                   zone: *_assumed does
  --   zone_assumed    1: no zone was given, and the world's figure stands in
  --   pue_assumed     1: no PUE was given, and 1 (no overhead) stands in
  --   provenance      'assumed' where zone or PUE are; else the weaker of the joules' own and
  --                   'modelled': a factor is no measurement
WITH input AS (
  SELECT q.*, a.zone, a.zone_assumed, a.pue, a.pue_assumed, a.zone_name, a.g_per_kwh, a.year,
         a.method, a.scope, a.basis, a.boundary, a.publisher, a.edition, a.source, a.licence,
         iif(q.run_provenance = 'estimated', 1.0, coalesce(a.psu, 1.0)) AS psu_applied,
         0.10 AS grid_uncertainty_k2
  FROM v_query q JOIN v_account a ON a.campaign_id = q.campaign_id
), scaled AS (
  SELECT *, pue / psu_applied * g_per_kwh / 3.6e6 AS g_per_j FROM input
)
SELECT trial_id, campaign_id, variant, job, run_j AS joules,
       run_provenance AS energy_provenance,
       run_j * g_per_j AS grams,
       g_per_j * max(run_j - sqrt(pow(run_j - run_low_j, 2)
                                  + pow(run_j * grid_uncertainty_k2, 2)), 0) AS grams_low,
       g_per_j * (run_j + sqrt(pow(run_high_j - run_j, 2)
                               + pow(run_j * grid_uncertainty_k2, 2))) AS grams_high,
       joules_per_query * g_per_j AS grams_per_query,
       g_per_j * max(joules_per_query - sqrt(pow(joules_per_query - low, 2)
         + pow(joules_per_query * grid_uncertainty_k2, 2)), 0) AS grams_per_query_low,
       g_per_j * (joules_per_query + sqrt(pow(high - joules_per_query, 2)
         + pow(joules_per_query * grid_uncertainty_k2, 2))) AS grams_per_query_high,
       CASE WHEN zone_assumed OR pue_assumed THEN 'assumed'
            WHEN run_provenance = 'measured' THEN 'modelled' ELSE run_provenance END
         AS provenance,
       zone, zone_assumed, zone_name, g_per_kwh, year, method, scope, basis, boundary,
       publisher, edition, source, licence, grid_uncertainty_k2, pue, pue_assumed, psu_applied,
       CASE WHEN g_per_kwh IS NULL THEN printf('no factor for zone ''%s''', zone)
            ELSE run_reason END AS reason
FROM scaled;

CREATE VIEW v_sci AS
  -- One row per trial: the Software Carbon Intensity, ISO/IEC 21031: ((E * I) + M) / R.
  --   e_kwh           E per query: joules_per_query / psu_applied / 3.6e6 * pue, gross
  --   i_g_per_kwh     I, location-based; i_scope: what it holds, direct or lifecycle
  --   o_g             E * I
  --   m_g             M = TE * (TiR / EL) * (RR / ToR): te_kg * 1000 * (tir_s / life) * share,
  --                   tir_s = seconds / queries; m_low_g and m_high_g where sources disagree
  --                   on TE. NULL: embodied carbon is excluded, m_reason says so
  --   sci_g           o_g + m_g per query; without m_g it is no SCI, and NULL
  --   run_*           the same for the whole run (of a training: SCI per training run), and
  --                   amortised_g: run_sci_g / training_queries, where those are stated
WITH input AS (
  SELECT q.trial_id, q.campaign_id, q.variant, q.job, q.queries, q.usable,
         q.joules_per_query, q.run_j,
         q.seconds / q.queries AS tir_s,
         (t.end_mono_ns - t.begin_mono_ns) * 1e-9 AS run_s,
         a.g_per_kwh, a.scope, a.te_kg, a.te_low_kg, a.te_high_kg, a.training_queries,
         a.share / (a.life_years * 8760 * 3600) AS share_per_s,
         a.pue / iif(q.run_provenance = 'estimated', 1.0, coalesce(a.psu, 1.0)) / 3.6e6
           AS kwh_per_j
  FROM v_query q JOIN trial t ON t.trial_id = q.trial_id
       JOIN v_account a ON a.campaign_id = q.campaign_id
)
SELECT trial_id, campaign_id, variant, job, queries, usable,
       joules_per_query * kwh_per_j AS e_kwh, g_per_kwh AS i_g_per_kwh, scope AS i_scope,
       joules_per_query * kwh_per_j * g_per_kwh AS o_g,
       tir_s, te_kg * 1000 * tir_s * share_per_s AS m_g,
       te_low_kg * 1000 * tir_s * share_per_s AS m_low_g,
       te_high_kg * 1000 * tir_s * share_per_s AS m_high_g,
       joules_per_query * kwh_per_j * g_per_kwh + te_kg * 1000 * tir_s * share_per_s AS sci_g,
       iif(te_kg IS NULL, 'embodied carbon was not stated: factors set embodied=server', NULL)
         AS m_reason,
       run_j * kwh_per_j AS run_e_kwh, run_j * kwh_per_j * g_per_kwh AS run_o_g,
       te_kg * 1000 * run_s * share_per_s AS run_m_g,
       run_j * kwh_per_j * g_per_kwh + te_kg * 1000 * run_s * share_per_s AS run_sci_g,
       (run_j * kwh_per_j * g_per_kwh + coalesce(te_kg * 1000 * run_s * share_per_s, 0))
         / training_queries AS amortised_g, training_queries
FROM input;

CREATE VIEW v_scope AS
  -- One row per trial: the GHG Protocol's view of the whole run's electricity, in grams.
  --   scope2_location_g   kWh at the meter * the zone's direct factor
  --   scope2_market_g     * the factor of the instruments stated (setting market); NULL: none
  --   scope3_cat3_upstream_g   fuel, per kWh generated: setting upstream, else the zone's
  --                   lifecycle less its direct factor (two publishers: an indication)
  --   scope3_cat3_td_g    generated and lost on the way: direct * td_loss / (1 - td_loss)
  --   lifecycle_g         * the lifecycle factor: scope 2 and fuel in one, never added to them
WITH input AS (
  SELECT s.trial_id, s.campaign_id, s.variant, s.job, s.run_e_kwh AS kwh, a.*
  FROM v_sci s JOIN v_account a ON a.campaign_id = s.campaign_id
)
SELECT trial_id, campaign_id, variant, job, kwh, kwh * direct_g_per_kwh AS scope2_location_g,
       iif(direct_g_per_kwh IS NULL,
           printf('no direct factor is known for zone ''%s'': its lifecycle factor holds '
                  || 'scope 2 and category 3 together', zone), NULL) AS scope2_location_reason,
       kwh * market_g_per_kwh AS scope2_market_g, instrument,
       iif(market_g_per_kwh IS NULL, 'no contractual instrument was stated', NULL)
         AS scope2_market_reason,
       kwh * coalesce(upstream_g_per_kwh, lifecycle_g_per_kwh - direct_g_per_kwh)
         AS scope3_cat3_upstream_g,
       CASE WHEN upstream_g_per_kwh IS NOT NULL THEN upstream_source
            WHEN lifecycle_g_per_kwh - direct_g_per_kwh IS NOT NULL
              THEN 'lifecycle less direct factor of two publishers: an indication'
            ELSE 'no upstream factor is known apart' END AS scope3_cat3_upstream_basis,
       kwh * direct_g_per_kwh * td_loss / (1 - td_loss) AS scope3_cat3_td_g,
       iif(td_loss IS NULL OR direct_g_per_kwh IS NULL,
           printf('no loss of transmission and distribution is known for zone ''%s''', zone),
           NULL) AS scope3_cat3_td_reason,
       kwh * lifecycle_g_per_kwh AS lifecycle_g
FROM input;

CREATE VIEW v_water AS
  -- One row per trial: litres for the whole run.
  --   onsite_l    kWh of IT (before PUE) * wue; NULL: no WUE was stated
  --   offsite_l   kWh at the meter * water consumed by the zone's generation
SELECT s.trial_id, s.campaign_id, s.variant, s.job, s.run_e_kwh / a.pue * a.wue AS onsite_l,
       iif(a.wue IS NULL, 'no WUE was stated: factors set wue=...', NULL) AS onsite_reason,
       s.run_e_kwh * a.water_l_per_kwh AS offsite_l,
       iif(a.water_l_per_kwh IS NULL, printf('no figure for zone ''%s''', a.zone), NULL)
         AS offsite_reason
FROM v_sci s JOIN v_account a ON a.campaign_id = s.campaign_id;

CREATE VIEW v_boundary AS
  -- One row per campaign and component of the machine and around it.
  --   status   'counted' (by channels), 'in the estimate' (its watts are of whole servers),
  --            'by factor', or 'excluded'; why says why
WITH seen AS (
  SELECT t.campaign_id, c.domain, c.collector, max(c.counted) AS counted
  FROM trial t JOIN channel c ON c.trial_id = t.trial_id AND c.unit IN ('J', 'W')
  GROUP BY t.campaign_id, c.domain, c.collector
), has AS (
  SELECT a.campaign_id, a.psu, a.pue, a.pue_assumed, a.te_kg, a.wue,
    EXISTS (SELECT 1 FROM seen s WHERE s.campaign_id = a.campaign_id AND s.counted
            AND s.collector = 'estimate') AS estimate,
    EXISTS (SELECT 1 FROM seen s WHERE s.campaign_id = a.campaign_id AND s.counted
            AND s.domain IN ('package', 'psys')) AS package,
    EXISTS (SELECT 1 FROM seen s WHERE s.campaign_id = a.campaign_id AND s.counted
            AND s.domain IN ('dram', 'psys')) AS dram,
    EXISTS (SELECT 1 FROM seen s WHERE s.campaign_id = a.campaign_id AND s.counted
            AND s.domain = 'gpu') AS gpu,
    (SELECT group_concat(DISTINCT g.name || ': ' || g.why)
     FROM trial t JOIN gap g ON g.trial_id = t.trial_id
     WHERE t.campaign_id = a.campaign_id AND g.collector = 'nvml' AND g.kind = 'unavailable'
       AND g.name IS NOT NULL) AS unread_gpus
  FROM v_account a
)
SELECT campaign_id, 1 AS ordinal, 'processor' AS component,
       CASE WHEN package THEN 'counted' WHEN estimate THEN 'in the estimate'
            ELSE 'excluded' END AS status,
       iif(package OR estimate, NULL, 'no channel counts it') AS why FROM has
UNION ALL SELECT campaign_id, 2, 'memory',
       CASE WHEN dram THEN 'counted' WHEN estimate THEN 'in the estimate' ELSE 'excluded' END,
       iif(dram OR estimate, NULL, 'no channel counts it') FROM has
UNION ALL SELECT campaign_id, 3, 'graphics processor', iif(gpu, 'counted', 'excluded'),
       coalesce(unread_gpus, iif(gpu, NULL, 'no channel counts one: idle or absent')) FROM has
UNION ALL SELECT campaign_id, 4, 'fans, disks, board',
       iif(estimate AND NOT package, 'in the estimate', 'excluded'),
       iif(estimate AND NOT package, NULL, 'no channel counts them') FROM has
UNION ALL SELECT campaign_id, 5, 'power supply loss',
       CASE WHEN estimate AND NOT package THEN 'in the estimate'
            WHEN psu IS NOT NULL THEN 'by factor' ELSE 'excluded' END,
       CASE WHEN estimate AND NOT package THEN NULL
            WHEN psu IS NOT NULL THEN printf('efficiency %.2f', psu)
            ELSE 'no efficiency was stated (psu)' END FROM has
UNION ALL SELECT campaign_id, 6, 'cooling and distribution of the data centre',
       iif(pue_assumed, 'excluded', 'by factor'),
       iif(pue_assumed, 'no PUE was stated: 1 stands in', printf('PUE %.2f', pue)) FROM has
UNION ALL SELECT campaign_id, 7, 'network and end-user devices', 'excluded',
       'outside the machine: whatif --device sets them beside it' FROM has
UNION ALL SELECT campaign_id, 8, 'embodied carbon', iif(te_kg IS NULL, 'excluded', 'by factor'),
       iif(te_kg IS NULL, 'no device was stated (embodied)', printf('%.6g kgCO2e', te_kg))
  FROM has
UNION ALL SELECT campaign_id, 9, 'water on site', iif(wue IS NULL, 'excluded', 'by factor'),
       iif(wue IS NULL, 'no WUE was stated', printf('%.3g L/kWh', wue)) FROM has;

CREATE VIEW v_factor_used AS
  -- One row per campaign and factor that a figure of it used, with its role and age:
  --   role        grid, grid direct, grid losses, embodied, water, estimate
  --   age_years   year of the campaign less year of the data; NULL: the source gives no year
SELECT u.campaign_id, u.role, f.*,
       CAST(strftime('%Y', c.begin_utc_ns / 1000000000, 'unixepoch') AS INTEGER) - f.year
         AS age_years
FROM (
  SELECT campaign_id, 'grid' AS role, grid_factor_id AS id FROM v_account
  UNION ALL SELECT campaign_id, 'grid direct', direct_factor_id FROM v_account
    WHERE direct_factor_id IS NOT grid_factor_id
  UNION ALL SELECT campaign_id, 'grid losses', td_factor_id FROM v_account
  UNION ALL SELECT campaign_id, 'embodied', te_factor_id FROM v_account WHERE te_kg IS NOT NULL
  UNION ALL SELECT campaign_id, 'water', water_factor_id FROM v_account
  UNION ALL SELECT DISTINCT t.campaign_id, 'estimate', f.factor_id
    FROM trial t JOIN campaign c ON c.campaign_id = t.campaign_id
         JOIN host h ON h.host_id = c.host_id
         JOIN channel ch ON ch.trial_id = t.trial_id AND ch.collector = 'estimate'
         JOIN v_factor f ON f.kind = 'cpu' AND f.key = coalesce(h.microarchitecture, 'unknown')
) u JOIN factor f ON f.factor_id = u.id JOIN campaign c ON c.campaign_id = u.campaign_id;

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
  --   reliability    1 official statistics, 2 a publisher's computation from them, 3 industry or
  --                  vendor figures, 4 a proxy, 5 an assumption
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
         CASE WHEN u.publisher IN ('EPA', 'DESNZ', 'US Department of Energy') THEN 1
              WHEN u.note LIKE 'proxy%' THEN 4
              WHEN u.source LIKE 'assumption%' THEN 5
              WHEN u.kind IN ('grid', 'water') THEN 2 ELSE 3 END AS reliability
  FROM v_factor_used u JOIN v_account a ON a.campaign_id = u.campaign_id
)
SELECT *, (technology + time + geography + completeness + reliability) / 5.0 AS score
FROM judged;

CREATE VIEW v_budget_input AS
  -- One row per campaign, variant and job: what v_budget is made of. Of the usable trials with
  -- joules per query, else of the complete ones per run.
  --   value_g    o_g + m_g, their means: O = E * I, M embodied (0: excluded)
  --   u_*        relative standard uncertainties (k = 1), of what o or m is proportional to:
  --   u_repeat   standard deviation / sqrt(n) of the mean of n trials; NULL: one trial
  --   u_instrument   instrument_u_j / joules / 2 of the whole trial
  --   u_edges    gaps, ticks and edges: what the interval of a trial holds beyond its
  --              instruments, as half-width of a rectangle: / sqrt(3)
  --   u_grid     of table factor(kind = 'uncertainty'), 'grid-annual' / 2; where the zone is
  --              assumed, the standard deviation of the logarithms of all countries' figures
  --   u_te       ln(high / low) / 4 where sources disagree (p05 to p95 as 95 %), else 'embodied' / 2
WITH spans AS (
  SELECT q.trial_id, q.campaign_id, q.variant, q.job, q.usable,
         t.state = 'complete' AND NOT t.is_warmup AS is_run, q.joules_per_query,
         q.low, q.high, q.run_j, q.run_low_j, q.run_high_j,
         p.instrument_u_j / p.joules AS instrument_rel
  FROM v_query q JOIN trial t ON t.trial_id = q.trial_id
       JOIN v_phase p ON p.trial_id = q.trial_id AND p.phase_ordinal = 0
), per AS (
  SELECT *, max(usable AND joules_per_query IS NOT NULL) OVER one AS is_per_query
  FROM spans WINDOW one AS (PARTITION BY campaign_id, variant, job)
), chosen AS (
  SELECT trial_id, campaign_id, variant, job, is_per_query, instrument_rel,
         iif(is_per_query, joules_per_query, run_j) AS j,
         iif(is_per_query, low, run_low_j) AS low, iif(is_per_query, high, run_high_j) AS high
  FROM per WHERE iif(is_per_query, usable, is_run AND run_j IS NOT NULL)
), grouped AS (
  SELECT c.campaign_id, c.variant, c.job, max(c.is_per_query) AS is_per_query, count(*) AS n,
         avg(c.j) AS j, avg(c.instrument_rel) AS instrument_rel,
         avg((c.high - c.low) / 2 / c.j) AS half_rel,
         iif(count(*) > 1, sqrt(max(sum(c.j * c.j) - count(*) * avg(c.j) * avg(c.j), 0)
                                / (count(*) - 1)) / sqrt(count(*)) / avg(c.j), NULL) AS repeat,
         avg(iif(c.is_per_query, s.o_g, s.run_o_g)) AS o_g,
         avg(iif(c.is_per_query, s.m_g, s.run_m_g)) AS m_g
  FROM chosen c JOIN v_sci s ON s.trial_id = c.trial_id
  GROUP BY c.campaign_id, c.variant, c.job
), k2 AS (
  SELECT max(iif(key = 'grid-annual', value, NULL)) AS grid,
         max(iif(key = 'pue', value, NULL)) AS pue, max(iif(key = 'psu', value, NULL)) AS psu,
         max(iif(key = 'embodied', value, NULL)) AS te, max(iif(key = 'life', value, NULL)) AS life
  FROM v_factor WHERE kind = 'uncertainty'
), countries AS (
  SELECT sqrt((sum(ln(value) * ln(value)) - count(*) * avg(ln(value)) * avg(ln(value)))
              / (count(*) - 1)) AS sd
  FROM v_factor WHERE kind = 'grid' AND parameter = 'intensity' AND length(key) = 2
    AND scope = 'lifecycle' AND value > 0
)
SELECT g.campaign_id, g.variant, g.job, iif(g.is_per_query, 'query', 'run') AS per, g.n,
       g.o_g + coalesce(g.m_g, 0) AS value_g, g.o_g, coalesce(g.m_g, 0) AS m_g,
       g.repeat AS u_repeat, g.instrument_rel / 2 AS u_instrument,
       max(g.half_rel - g.instrument_rel, 0) / sqrt(3) AS u_edges,
       iif(a.zone_assumed, countries.sd, k2.grid / 2) AS u_grid,
       iif(a.pue_assumed, NULL, k2.pue / 2) AS u_pue, iif(a.psu IS NULL, NULL, k2.psu / 2) AS u_psu,
       iif(g.m_g IS NULL, NULL, iif(a.te_high_kg > a.te_low_kg,
                                    ln(a.te_high_kg / a.te_low_kg) / 4, k2.te / 2)) AS u_te,
       iif(g.m_g IS NULL, NULL, k2.life / 2) AS u_life, a.zone_assumed, a.pue_assumed
FROM grouped g JOIN v_account a ON a.campaign_id = g.campaign_id JOIN k2 JOIN countries;

CREATE VIEW v_budget AS
  -- The uncertainty budget of grams per query (or run), as the GUM has it: one row per campaign,
  -- variant, job and input.
  --   type          A: by statistics of these trials; B: by other means
  --   distribution  of the input; lognormal where its expanded uncertainty is above 30 %
  --   u_rel         relative standard uncertainty of the input (k = 1); NULL: why says why
  --   sensitivity   d ln(grams) / d ln(input): the share of the grams that it scales
  --   contribution  u_rel * sensitivity; share: its square over the sum of squares
  --   cancels       1: common to both sides of a comparison in one campaign, so not in a ratio
WITH input AS (
  SELECT *, 1 AS ordinal, 'repeatability' AS input, 'A' AS type, 'normal' AS shape,
         u_repeat AS u_rel, o_g / value_g AS sensitivity, 0 AS cancels,
         iif(u_repeat IS NULL, 'one trial: not known', printf('%d trials', n)) AS why
  FROM v_budget_input
  UNION ALL SELECT *, 2, 'instruments', 'B', 'normal', u_instrument, o_g / value_g, 1,
         'uncertainty_k2 of the channels' FROM v_budget_input
  UNION ALL SELECT *, 3, 'gaps, ticks and edges', 'B', 'rectangular', u_edges, o_g / value_g, 0,
         'bounds of v_query beyond the instruments' FROM v_budget_input
  UNION ALL SELECT *, 4, 'grid factor', 'B', 'normal', u_grid, o_g / value_g, 1,
         iif(zone_assumed, 'zone assumed: spread of all countries', 'annual drift, right country')
         FROM v_budget_input
  UNION ALL SELECT *, 5, 'PUE', 'B', 'normal', u_pue, o_g / value_g, 1,
         iif(u_pue IS NULL, 'not stated: 1 stands in, the overhead is excluded', 'annual figure')
         FROM v_budget_input
  UNION ALL SELECT *, 6, 'power supply', 'B', 'normal', u_psu, o_g / value_g, 1,
         iif(u_psu IS NULL, 'not stated: its loss is excluded', 'as stated') FROM v_budget_input
  UNION ALL SELECT *, 7, 'embodied carbon', 'B', 'normal', u_te, m_g / value_g, 1,
         iif(u_te IS NULL, 'not stated: excluded', 'sources, or a lifecycle assessment''s')
         FROM v_budget_input
  UNION ALL SELECT *, 8, 'service life', 'B', 'normal', u_life, m_g / value_g, 1,
         iif(u_life IS NULL, 'embodied carbon is excluded', 'years around the stated')
         FROM v_budget_input
)
SELECT campaign_id, variant, job, per, ordinal, input, type,
       CASE WHEN u_rel IS NULL THEN NULL WHEN 2 * u_rel > 0.30 THEN 'lognormal' ELSE shape END
         AS distribution,
       u_rel, sensitivity, u_rel * sensitivity AS contribution,
       pow(u_rel * sensitivity, 2)
         / sum(pow(u_rel * sensitivity, 2)) OVER (PARTITION BY campaign_id, variant, job)
         AS share,
       cancels, why
FROM input;

CREATE VIEW v_budget_total AS
  -- One row per campaign, variant and job: the combined uncertainty of its grams.
  --   u_c_rel       root of the sum of the squared contributions: inputs are independent
  --   expanded_rel  k * u_c_rel, k = 2: about 95 %
  --   low, high     normal: value_g * (1 -+ expanded_rel); above 30 % lognormal:
  --                 value_g / f and value_g * f, f = exp(2 * sqrt(ln(1 + u_c_rel^2)))
SELECT campaign_id, variant, job, per, value_g, o_g, m_g, u_c_rel, 2 AS k,
       2 * u_c_rel AS expanded_rel, iif(2 * u_c_rel > 0.30, 'lognormal', 'normal') AS distribution,
       iif(2 * u_c_rel > 0.30, value_g / exp(2 * sqrt(ln(1 + u_c_rel * u_c_rel))),
           value_g * (1 - 2 * u_c_rel)) AS low,
       iif(2 * u_c_rel > 0.30, value_g * exp(2 * sqrt(ln(1 + u_c_rel * u_c_rel))),
           value_g * (1 + 2 * u_c_rel)) AS high
FROM (
  SELECT *, sqrt(pow(o_g / value_g, 2)
                   * (pow(coalesce(u_repeat, 0), 2) + pow(u_instrument, 2) + pow(u_edges, 2)
                      + pow(u_grid, 2) + pow(coalesce(u_pue, 0), 2)
                      + pow(coalesce(u_psu, 0), 2))
                 + pow(m_g / value_g, 2)
                   * (pow(coalesce(u_te, 0), 2) + pow(coalesce(u_life, 0), 2))) AS u_c_rel
  FROM v_budget_input
);
