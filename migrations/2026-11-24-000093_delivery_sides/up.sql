-- Those on the applicant's side: a message may tell where any of them lives, not only the recipient.
ALTER TABLE deliveries ADD COLUMN side uuid[] NOT NULL DEFAULT '{}';
UPDATE deliveries SET side = ARRAY[applicant_id, actor_id]
FROM applications WHERE link = '/v1/applications/' || applications.id;
ALTER TABLE deliveries ALTER COLUMN side DROP DEFAULT;
