export const views = {
  "views.query": "Query",
  "views.help":
    "A SELECT with an id column; read-only. Columns of collections keep their field type; others become JSON, cast them to change that.",
  "views.help.example":
    "For instance: cast(count(id) as int) as total; (row_number() over()) as id when there is no other.",
  "views.preview": "Preview",
  "views.preview.empty": "The query gives no rows.",
  "views.preview.running": "Running the query…",
  "views.preview.columns": "Columns and their types",
} as const;
