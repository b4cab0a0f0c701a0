DROP TABLE decisions;
DROP TABLE proposals;
DROP TABLE submissions;
DROP TABLE application_events;
DROP TABLE applications;
