-- Whoever has long gone from the register and is named by no registration is deleted.
GRANT DELETE ON addressees TO madoguchi_server;
CREATE INDEX addressees_gone ON addressees (gone_at) WHERE gone_at IS NOT NULL;
