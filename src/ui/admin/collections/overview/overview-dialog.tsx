import { useState } from "preact/hooks";
import { CheckField } from "../../../kit/check-field.tsx";
import { Dialog } from "../../../kit/dialog.tsx";
import { Tabs } from "../../../kit/tabs.tsx";
import { collections } from "../../data/collections.ts";
import { t } from "../../i18n/language.ts";
import { closeOverview } from "./overview.ts";
import { RelationDiagram } from "./relation-diagram.tsx";
import { RuleMatrix } from "./rule-matrix.tsx";

type View = "diagram" | "rules";

/** All collections at once: how they hang together, and who may do what with them. */
export function OverviewDialog() {
  const [view, setView] = useState<View>("diagram");
  const [hasSystem, setSystem] = useState(false);
  const shown = collections.value.filter(({ system }) => hasSystem || !system);
  return (
    <Dialog
      shape="panel"
      width="76rem"
      title={t("overview.title")}
      onClose={closeOverview}
      head={
        <CheckField
          look="switch"
          label={t("overview.system")}
          checked={hasSystem}
          onChange={setSystem}
        />
      }
    >
      <div class="overview">
        <Tabs<View>
          label={t("overview.views")}
          tabs={[
            { id: "diagram", label: t("overview.diagram") },
            { id: "rules", label: t("overview.rules") },
          ]}
          selected={view}
          onSelect={setView}
        >
          {view === "diagram" ? (
            <RelationDiagram collections={shown} />
          ) : (
            <RuleMatrix collections={shown} />
          )}
        </Tabs>
      </div>
    </Dialog>
  );
}
