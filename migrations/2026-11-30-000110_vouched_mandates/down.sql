ALTER TABLE mandates DROP vouched_by;
