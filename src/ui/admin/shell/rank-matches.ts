/**
 * Those of a list whose text holds the letters in their order, the closest first: beginnings of words before
 * the middle of words, letters together before letters apart. No letters match everything, in its order.
 */
export function rankMatches<Item>(
  items: readonly Item[],
  letters: string,
  textOf: (item: Item) => string,
): Item[] {
  const wanted = letters.trim().toLowerCase();
  if (wanted === "") return [...items];
  return items
    .map((item) => ({ item, score: scoreOf(textOf(item).toLowerCase(), wanted) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ item }) => item);
}

/** 0 when the letters are not in the text. */
function scoreOf(text: string, wanted: string): number {
  const whole = placesOf(text, wanted);
  const starts = whole.filter((at) => isWordStart(text, at));
  // Among whole words and beginnings of words the order of the list counts.
  if (starts.some((at) => isWordEnd(text, at + wanted.length))) return 3000;
  if (starts.length > 0) return 2000;
  if (whole[0] !== undefined) return 1000 - whole[0] - text.length / 100;
  let score = 100;
  let from = 0;
  for (const letter of wanted.replaceAll(/\s+/g, "")) {
    const at = text.indexOf(letter, from);
    if (at < 0) return 0;
    score += isWordStart(text, at) ? 10 : at === from ? 5 : 0;
    from = at + 1;
  }
  return score - text.length / 100;
}

function placesOf(text: string, wanted: string): number[] {
  const places = [];
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) places.push(at);
  return places;
}

function isWordEnd(text: string, at: number): boolean {
  return at === text.length || isWordStart(text, at + 1);
}

function isWordStart(text: string, at: number): boolean {
  return at === 0 || /[\s_\-.]/.test(text[at - 1] ?? "");
}
