/** Puts a mail's content into the page that all mails share: one column, and the look of `a.btn`. */
export function wrapInLayout(content: string): string {
  return `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
body { margin: 0; padding: 24px; background: #ffffff; color: #1d1d22; font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
p { margin: 0 0 12px; }
a { color: inherit; }
a.btn { display: inline-block; padding: 10px 24px; border-radius: 6px; background: #1d1d22; color: #ffffff; font-weight: 600; text-decoration: none; }
</style>
</head>
<body>
${content}
</body>
</html>
`;
}
