-- schema/fleet/fleet-end.sql - what stands on the tables of both: views to choose by and to report from.
DROP VIEW IF EXISTS joulecart.fleet_trial;
CREATE VIEW joulecart.fleet_trial WITH (security_invoker = true) AS
  -- One row a trial: what --where speaks of.
SELECT p.campaign_uuid, p.team, p.begun, p.pushed, t.trial_id, t.variant, t.job, t.state,
       t.is_warmup = 1 AS is_warmup, t.queries, t.workload, c.kind, c.tool_version, c.zone,
       h.hostname, h.cpu_model, h.microarchitecture, h.kernel,
       EXISTS (SELECT 1 FROM joulecart.retired r
               WHERE r.month = date_trunc('month', p.begun AT TIME ZONE 'UTC')::date) AS is_retired
FROM joulecart.pushed p
     JOIN joulecart.campaign c ON c.campaign_uuid = p.campaign_uuid
     LEFT JOIN joulecart.trial t ON t.campaign_uuid = p.campaign_uuid
     JOIN joulecart.host h ON h.campaign_uuid = p.campaign_uuid AND h.host_id = c.host_id;
DROP VIEW IF EXISTS joulecart.fleet_month, joulecart.campaign_sum_differs, joulecart.campaign_sum;
CREATE VIEW joulecart.campaign_sum WITH (security_invoker = true) AS
  -- Joules and grams of a campaign by variant and job, of all trials: the one formula of kept_month.
SELECT campaign_uuid, team, date_trunc('month', begun AT TIME ZONE 'UTC')::date AS month, variant, job,
       count(*) AS n_trials, count(*) - count(joules) AS n_unknown, count(*) - count(grams) AS n_no_grams,
       sum(joules) AS joules, sum(grams) AS grams,
       max(CASE energy_provenance WHEN 'measured' THEN 0 WHEN 'modelled' THEN 1
                                  WHEN 'estimated' THEN 2 WHEN 'assumed' THEN 3 END) AS weakness
FROM joulecart.kept_carbon
GROUP BY campaign_uuid, team, 3, variant, job;
CREATE VIEW joulecart.campaign_sum_differs WITH (security_invoker = true) AS
  -- Campaigns whose kept sums are not those of their rows, but for the order of adding up.
SELECT DISTINCT coalesce(s.campaign_uuid, k.campaign_uuid) AS campaign_uuid
FROM joulecart.campaign_sum s
     FULL JOIN joulecart.kept_month k
       ON k.campaign_uuid = s.campaign_uuid AND k.team = s.team AND k.month = s.month
          AND coalesce(k.variant, chr(1)) = coalesce(s.variant, chr(1))
          AND coalesce(k.job, chr(1)) = coalesce(s.job, chr(1))
WHERE (k.n_trials, k.n_unknown, k.n_no_grams, k.weakness)
        IS DISTINCT FROM (s.n_trials, s.n_unknown, s.n_no_grams, s.weakness)
   OR (k.joules IS NULL) <> (s.joules IS NULL) OR abs(k.joules - s.joules) > 1e-12 * abs(s.joules)
   OR (k.grams IS NULL) <> (s.grams IS NULL) OR abs(k.grams - s.grams) > 1e-12 * abs(s.grams);
-- Of fleets that had none, and what somebody changed.
DELETE FROM joulecart.kept_month WHERE campaign_uuid IN (SELECT campaign_uuid FROM joulecart.campaign_sum_differs);
INSERT INTO joulecart.kept_month
  SELECT s.* FROM joulecart.campaign_sum s
  WHERE NOT EXISTS (SELECT 1 FROM joulecart.kept_month k WHERE k.campaign_uuid = s.campaign_uuid);
CREATE VIEW joulecart.fleet_month WITH (security_invoker = true) AS
  -- Joules and grams by team, month (of the campaign's begin, UTC), variant and job, of all trials.
  --   n_unknown     trials whose joules are not known: they are in no sum
  --   n_no_grams    and whose grams are not
  --   provenance    the weakest of the joules' own
SELECT team, month, variant, job, sum(n_trials)::bigint AS n_trials, sum(n_unknown)::bigint AS n_unknown,
       sum(n_no_grams)::bigint AS n_no_grams, sum(joules) AS joules, sum(grams) AS grams,
       CASE max(weakness) WHEN 0 THEN 'measured' WHEN 1 THEN 'modelled'
                          WHEN 2 THEN 'estimated' WHEN 3 THEN 'assumed' END AS provenance
FROM joulecart.kept_month
GROUP BY team, month, variant, job;
DROP VIEW IF EXISTS joulecart.fleet_month_differs;
CREATE VIEW joulecart.fleet_month_differs WITH (security_invoker = true) AS
  -- Rows of fleet_month that are not what the rows of kept_carbon come to, but for the order of adding up.
SELECT coalesce(m.team, r.team) AS team, coalesce(m.month, r.month) AS month,
       coalesce(m.variant, r.variant) AS variant, coalesce(m.job, r.job) AS job
FROM joulecart.fleet_month m
     FULL JOIN (SELECT team, date_trunc('month', begun AT TIME ZONE 'UTC')::date AS month, variant, job,
                       count(*) AS n_trials, count(*) - count(joules) AS n_unknown,
                       count(*) - count(grams) AS n_no_grams, sum(joules) AS joules, sum(grams) AS grams
                FROM joulecart.kept_carbon
                GROUP BY team, 2, variant, job) r
       ON m.team = r.team AND m.month = r.month AND coalesce(m.variant, chr(1)) = coalesce(r.variant, chr(1))
          AND coalesce(m.job, chr(1)) = coalesce(r.job, chr(1))
WHERE (m.n_trials, m.n_unknown, m.n_no_grams) IS DISTINCT FROM (r.n_trials, r.n_unknown, r.n_no_grams)
   OR (m.joules IS NULL) <> (r.joules IS NULL) OR abs(m.joules - r.joules) > 1e-9 * abs(r.joules)
   OR (m.grams IS NULL) <> (r.grams IS NULL) OR abs(m.grams - r.grams) > 1e-9 * abs(r.grams);
-- How many groups that makes, which decides whether PostgreSQL sorts every row or none.
CREATE STATISTICS IF NOT EXISTS joulecart.kept_carbon_month
  ON team, (date_trunc('month', begun AT TIME ZONE 'UTC')::date), variant, job FROM joulecart.kept_carbon;
CREATE STATISTICS IF NOT EXISTS joulecart.kept_month_groups (ndistinct)
  ON team, month, variant, job FROM joulecart.kept_month;
GRANT SELECT ON joulecart.fleet_trial, joulecart.fleet_month, joulecart.fleet_month_differs,
  joulecart.campaign_sum, joulecart.campaign_sum_differs TO joulecart_writer, joulecart_reader, joulecart_auditor;
