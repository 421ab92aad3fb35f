import type { AdminPage } from "generatio/ui";
import { ModelsPage } from "./models-page.ts";

/** What the product adds to the admin UI; see `AdminPage` of `generatio/ui`. */
export const adminPages: readonly AdminPage[] = [
  {
    path: "models",
    title: { en: "Image models", de: "Bildmodelle", fr: "Modèles d’images" },
    icon: "image",
    screen: ModelsPage,
  },
];
