-- schema/0013-factor-sources.sql - where each number from outside can be read, and whether it was
-- compared with what its publisher wrote. Version 13.

-- address: a URL, or what else leads there. NULL: an assumption, or whoever set it gave none.
ALTER TABLE factor ADD COLUMN address TEXT;
-- place: page, table, row or field at that address. NULL: not known.
ALTER TABLE factor ADD COLUMN place TEXT;
-- gwp: the assessment report of the IPCC whose warming potentials turned gases into CO2e; gases:
-- those that are in. NULL: the source, as it was read, does not say.
ALTER TABLE factor ADD COLUMN gwp TEXT CHECK (gwp IN ('SAR', 'AR4', 'AR5', 'AR6'));
ALTER TABLE factor ADD COLUMN gases TEXT;
-- compared: the day on which the value was compared with its publisher's own text. NULL: never.
ALTER TABLE factor ADD COLUMN compared TEXT CHECK (compared IS date(compared));
