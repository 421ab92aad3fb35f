import type { CollectionModel } from "pocketbase";
import { useState } from "preact/hooks";
import { Button, IconButton } from "../../kit/button.tsx";
import { Icon } from "../../kit/icon.tsx";
import { collections } from "../data/collections.ts";
import { appMeta } from "../data/settings.ts";
import { t } from "../i18n/language.ts";
import { iconOf } from "./collection-icon.ts";
import { hrefTo, place } from "../shell/navigation.ts";
import { addCollection, editCollection } from "./editing.ts";
import { groupCollections } from "./group-collections.ts";
import { openOverview } from "./overview/overview.ts";
import { pinned, togglePinned } from "./pinned.ts";

/** From this number on the lines are lower. */
const COMPACT_FROM = 12;

/** All collections, with search and in groups. */
export function CollectionList() {
  const [text, setText] = useState("");
  const isCompact = collections.value.length >= COMPACT_FROM;
  return (
    <div class="collection-list" data-compact={isCompact ? "" : undefined}>
      <div class="sidebar-search g-input-wrap">
        <Icon name="search" size={14} />
        <input
          class="g-input"
          data-size="small"
          type="search"
          aria-label={t("collections.search")}
          placeholder={t("collections.search")}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <Groups text={text} />
      {!appMeta.value.hideControls && (
        <div class="collection-new">
          <Button size="small" icon="add" onClick={() => void addCollection()}>
            {t("collections.new")}
          </Button>
        </div>
      )}
      <div class="collection-new">
        <Button size="small" look="quiet" icon="graph" onClick={openOverview}>
          {t("collections.overview")}
        </Button>
      </div>
    </div>
  );
}

/** Those that match what is searched. */
function Groups({ text }: { readonly text: string }) {
  const groups = groupCollections(collections.value, text, pinned.value);
  const isEmpty = Object.values(groups).every((group) => group.length === 0);
  return (
    <div class="collection-groups">
      {groups.pinned.length > 0 && (
        <Group title={t("collections.pinned")} collections={groups.pinned} />
      )}
      {groups.others.length > 0 && (
        <Group title={t("collections.others")} collections={groups.others} />
      )}
      {groups.system.length > 0 && (
        <details class="sidebar-group" open={text !== "" || undefined}>
          <summary>
            <Icon name="chevron-right" size={12} />
            {t("collections.system")}
          </summary>
          <Items collections={groups.system} />
        </details>
      )}
      {text !== "" && isEmpty && <p class="sidebar-empty">{t("collections.none")}</p>}
    </div>
  );
}

interface GroupProps {
  readonly collections: readonly CollectionModel[];
}

function Group({ title, collections }: GroupProps & { readonly title: string }) {
  return (
    <section class="sidebar-group" aria-label={title}>
      <h2>{title}</h2>
      <Items collections={collections} />
    </section>
  );
}

function Items({ collections }: GroupProps) {
  return (
    <ul>
      {collections.map((collection) => (
        <Item key={collection.id} collection={collection} />
      ))}
    </ul>
  );
}

function Item({ collection }: { readonly collection: CollectionModel }) {
  const { id, name, type } = collection;
  const isPinned = pinned.value.includes(id);
  const { path, query } = place.value;
  const isCurrent = path === "/collections" && [id, name].includes(query["collection"] ?? "");
  return (
    <li class="sidebar-item">
      <a
        class="sidebar-link"
        href={hrefTo("/collections", { collection: name })}
        aria-current={isCurrent ? "page" : undefined}
      >
        <Icon name={iconOf(type)} />
        <span>{name}</span>
        {lacksProvider(collection) && (
          <span class="sidebar-warning" title={t("collections.noProvider")}>
            <Icon name="alert" size={14} />
            <span class="g-visually-hidden">{t("collections.noProvider")}</span>
          </span>
        )}
      </a>
      <span class="sidebar-actions">
        {!appMeta.value.hideControls && (
          <IconButton
            size="small"
            icon="gear"
            label={t("collections.settingsOf", { name })}
            onClick={() => void editCollection(id)}
          />
        )}
        <IconButton
          size="small"
          icon="pin"
          pressed={isPinned}
          label={isPinned ? t("collections.unpin", { name }) : t("collections.pin", { name })}
          onClick={() => togglePinned(id)}
        />
      </span>
    </li>
  );
}

function lacksProvider({ oauth2 }: CollectionModel): boolean {
  return oauth2?.enabled === true && !oauth2.providers?.length;
}
