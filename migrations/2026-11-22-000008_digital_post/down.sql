DROP TABLE paper_tasks;
DROP TABLE delivery_events;
DROP TABLE deliveries;
