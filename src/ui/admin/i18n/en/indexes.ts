export const indexes = {
  "indexes.title": "Indexes",
  "indexes.new": "New index",
  "indexes.edit": "Edit index {name}",
  "indexes.unique": "Unique",
  "indexes.unique.help": "No two records may have the same values.",
  "indexes.columns": "Columns",
  "indexes.statement": "Statement",
  "indexes.statement.bad": "This is no CREATE INDEX statement.",
  "indexes.set": "Set index",
  "indexes.remove": "Remove index",
  "indexes.none": "No indexes beside the one of the id.",
} as const;
