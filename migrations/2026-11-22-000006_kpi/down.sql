DROP TABLE kpi_targets;
DROP TABLE offline_count_revisions;
DROP TABLE kpi_ledger;
DROP TABLE kpi_digital_intervals;
DROP TABLE kpi_procedures;
