import type { CollectionModel } from "pocketbase";
import { useEffect, useState } from "preact/hooks";
import { Button, IconButton } from "../../../kit/button.tsx";
import { Menu } from "../../../kit/menu.tsx";
import { t } from "../../i18n/language.ts";
import { RuleField } from "../../rules/rule-field.tsx";
import { hrefTo } from "../../shell/navigation.ts";
import { rememberSearch, searchHistory } from "./search-history.ts";

interface FilterBarProps {
  readonly collection: CollectionModel;
  /** What is searched for now. */
  readonly text: string;
  /** What the server said about it. */
  readonly problem: string | undefined;
  readonly onSearch: (text: string) => void;
}

/** Words, or a filter with suggestions. Enter searches. */
export function FilterBar({ collection, text, problem, onSearch }: FilterBarProps) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  const history = searchHistory(collection.id);
  const search = (wanted: string) => {
    rememberSearch(collection.id, wanted);
    onSearch(wanted);
  };
  return (
    <div class="filter-bar" role="search" aria-label={t("records.search")}>
      <RuleField
        label={t("records.search")}
        hideLabel
        collection={collection}
        value={typed}
        onInput={setTyped}
        onEnter={() => search(typed)}
        placeholder={t("records.search.placeholder")}
        error={problem}
      />
      {typed !== text && <Button onClick={() => search(typed)}>{t("records.search.run")}</Button>}
      {(typed !== "" || text !== "") && (
        <IconButton
          icon="close"
          label={t("kit.clear")}
          onClick={() => {
            setTyped("");
            onSearch("");
          }}
        />
      )}
      {history.length > 0 && (
        <Menu
          icon="clock"
          look="quiet"
          align="end"
          label={t("records.search.history")}
          entries={history.map((each) => ({
            label: each,
            href: hrefTo("/collections", { collection: collection.name, filter: each }),
            onSelect: () => search(each),
          }))}
        />
      )}
    </div>
  );
}
