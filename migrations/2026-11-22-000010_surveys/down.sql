DELETE FROM kpi_targets WHERE metric = 'digital_satisfaction_rate';
DROP TABLE survey_answers;
DROP TABLE survey_tokens;
