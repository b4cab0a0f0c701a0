DROP TABLE corrections;
DROP TABLE attachments;
