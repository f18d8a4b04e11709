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
  SELECT q.trial_id, q.campaign_id, q.variant, q.job, q.queries, q.joules_per_query, q.run_j,
         q.seconds / q.queries AS tir_s,
         (t.end_mono_ns - t.begin_mono_ns) * 1e-9 AS run_s,
         a.g_per_kwh, a.scope, a.te_kg, a.te_low_kg, a.te_high_kg, a.training_queries,
         a.share / (a.life_years * 8760 * 3600) AS share_per_s,
         a.pue / iif(q.run_provenance = 'estimated', 1.0, coalesce(a.psu, 1.0)) / 3.6e6
           AS kwh_per_j
  FROM v_query q JOIN trial t ON t.trial_id = q.trial_id
       JOIN v_account a ON a.campaign_id = q.campaign_id
)
SELECT trial_id, campaign_id, variant, job, queries,
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
            AND s.domain = 'gpu') AS gpu
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
       iif(gpu, NULL, 'no channel counts one: idle or absent') FROM has
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
