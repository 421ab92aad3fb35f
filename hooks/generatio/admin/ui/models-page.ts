import {
  type AdminScreenProps,
  Button,
  type Column,
  type ComponentChildren,
  EmptyState,
  h,
  Loading,
  Table,
  Tag,
  TextField,
  useEffect,
  useState,
} from "generatio/ui";
import { TEXTS } from "./texts.ts";

interface ModelRow {
  readonly name: string;
  readonly display_name: string;
  readonly provider: string;
  readonly tasks: readonly string[];
  readonly cost_per_image: number;
  readonly status: string;
  readonly pricing: { readonly checked_at: string };
}

interface Catalogue {
  readonly providers: readonly { readonly name: string; readonly models: number }[];
  readonly models: readonly ModelRow[];
}

/** Providers with the number of their models, and every model with its price and state. */
export function ModelsPage({ client, language, t }: AdminScreenProps): ComponentChildren {
  const [catalogue, setCatalogue] = useState<Catalogue | "failed">();
  const [text, setText] = useState("");
  useEffect(() => {
    client
      .send<Catalogue>("/api/custom/admin/catalogue", {})
      .then(setCatalogue, () => setCatalogue("failed"));
  }, []);
  if (catalogue === undefined) return h(Loading, { label: t(TEXTS.loading) });
  if (catalogue === "failed") return h(EmptyState, { icon: "warning", title: t(TEXTS.failed) });
  const found = matching(catalogue.models, text);
  const money = new Intl.NumberFormat(language, {
    style: "currency",
    currency: "USD",
    maximumFractionDigits: 4,
  });
  return h(
    "div",
    { class: "page" },
    providersBar(catalogue, t),
    h(
      "div",
      { class: "page-bar" },
      h(TextField, {
        label: t(TEXTS.search),
        hideLabel: true,
        icon: "search",
        placeholder: t(TEXTS.search),
        value: text,
        onInput: setText,
      }),
    ),
    h(Table<ModelRow>, {
      label: t(TEXTS.model),
      columns: columnsOf(t),
      rowCount: found.length,
      rowAt: (index) => found[index],
      cell: (row, { id }) => cellOf(row, id, money),
    }),
  );
}

type Translate = AdminScreenProps["t"];

/** How many models each provider has, and where they are changed. */
function providersBar({ providers }: Catalogue, t: Translate): ComponentChildren {
  return h(
    "div",
    { class: "page-bar g-row" },
    providers.map(({ name, models }) => h(Tag, { key: name, children: `${name} ${models}` })),
    h("span", { class: "g-spacer" }),
    h(Button, {
      size: "small",
      icon: "edit",
      href: "#/collections?collection=model_overrides",
      children: t(TEXTS.change),
    }),
  );
}

function columnsOf(t: Translate): Column[] {
  return [
    { id: "name", head: t(TEXTS.model), width: "minmax(14rem, 2fr)" },
    { id: "provider", head: t(TEXTS.provider), width: "9rem" },
    { id: "tasks", head: t(TEXTS.tasks), width: "minmax(10rem, 1fr)" },
    { id: "price", head: t(TEXTS.price), width: "9rem" },
    { id: "checked", head: t(TEXTS.checked), width: "8rem" },
    { id: "state", head: t(TEXTS.state), width: "8rem" },
  ];
}

function matching(models: readonly ModelRow[], text: string): readonly ModelRow[] {
  const wanted = text.trim().toLowerCase();
  return models.filter(({ name, display_name: shown, provider }) =>
    `${name} ${shown} ${provider}`.toLowerCase().includes(wanted),
  );
}

function cellOf(row: ModelRow, column: string, money: Intl.NumberFormat): ComponentChildren {
  if (column === "name")
    return h("span", { class: "g-table-clip", title: row.name }, row.display_name);
  if (column === "price") return money.format(row.cost_per_image);
  if (column === "tasks") return h("span", { class: "g-table-clip" }, row.tasks.join(", "));
  if (column === "checked") return row.pricing.checked_at;
  if (column === "provider") return row.provider;
  return h(Tag, { tone: row.status === "active" ? "success" : "warning", children: row.status });
}
