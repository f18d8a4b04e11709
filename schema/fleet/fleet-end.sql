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
DROP VIEW IF EXISTS joulecart.fleet_month;
CREATE VIEW joulecart.fleet_month WITH (security_invoker = true) AS
  -- Joules and grams by team, month (of the campaign's begin, UTC), variant and job, of all trials.
  --   n_unknown     trials whose joules are not known: they are in no sum
  --   n_no_grams    and whose grams are not
  --   provenance    the weakest of the joules' own
SELECT team, date_trunc('month', begun AT TIME ZONE 'UTC')::date AS month, variant, job,
       count(*) AS n_trials, count(*) - count(joules) AS n_unknown, count(*) - count(grams) AS n_no_grams,
       sum(joules) AS joules, sum(grams) AS grams,
       CASE max(CASE energy_provenance WHEN 'measured' THEN 0 WHEN 'modelled' THEN 1
                                       WHEN 'estimated' THEN 2 WHEN 'assumed' THEN 3 END)
         WHEN 0 THEN 'measured' WHEN 1 THEN 'modelled' WHEN 2 THEN 'estimated' WHEN 3 THEN 'assumed'
       END AS provenance
FROM joulecart.kept_carbon
GROUP BY team, 2, variant, job;
-- How many groups that makes, which decides whether PostgreSQL sorts every row or none.
CREATE STATISTICS IF NOT EXISTS joulecart.kept_carbon_month
  ON team, (date_trunc('month', begun AT TIME ZONE 'UTC')::date), variant, job FROM joulecart.kept_carbon;
GRANT SELECT ON joulecart.fleet_trial, joulecart.fleet_month
  TO joulecart_writer, joulecart_reader, joulecart_auditor;
