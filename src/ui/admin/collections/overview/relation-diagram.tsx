import type { CollectionModel } from "pocketbase";
import { useState } from "preact/hooks";
import { Button, IconButton } from "../../../kit/button.tsx";
import { t } from "../../i18n/language.ts";
import {
  BOX_WIDTH,
  type DiagramBox,
  HEAD_HEIGHT,
  layOutDiagram,
  LINE_HEIGHT,
  MOST_FIELDS,
} from "./diagram-layout.ts";

const MIN_ZOOM = 0.4;
const MAX_ZOOM = 2;
const STEP = 1.2;

/** Collections as boxes, relations as lines. Ctrl and the wheel zoom, Ctrl+0 goes back to full size. */
export function RelationDiagram({
  collections,
}: {
  readonly collections: readonly CollectionModel[];
}) {
  const [zoom, setZoom] = useState(1);
  const [pointed, setPointed] = useState("");
  const { boxes, links, width, height } = layOutDiagram(collections);
  const change = (factor: number) => setZoom(Math.max(MIN_ZOOM, Math.min(MAX_ZOOM, zoom * factor)));
  const isLit = (id: string) => pointed === "" || pointed === id;
  return (
    <div class="diagram">
      <div class="diagram-tools">
        <IconButton icon="minus" label={t("overview.zoomOut")} onClick={() => change(1 / STEP)} />
        <IconButton icon="add" label={t("overview.zoomIn")} onClick={() => change(STEP)} />
        <Button size="small" onClick={() => setZoom(1)}>{`${Math.round(zoom * 100)} %`}</Button>
      </div>
      <div
        class="diagram-scroll"
        tabIndex={0}
        onWheel={(event) => {
          if (!event.ctrlKey) return;
          event.preventDefault();
          change(event.deltaY < 0 ? STEP : 1 / STEP);
        }}
        onKeyDown={(event) => {
          if (!(event.ctrlKey || event.metaKey) || event.key !== "0") return;
          event.preventDefault();
          setZoom(1);
        }}
        onPointerDown={startPanning}
        onPointerMove={pan}
      >
        <svg
          role="img"
          aria-label={t("overview.drawing", { count: collections.length })}
          viewBox={`0 0 ${width} ${height}`}
          width={width * zoom}
          height={height * zoom}
        >
          {links.map(({ id, from, to, path }) => (
            <path
              key={id}
              class="diagram-link"
              data-dim={isLit(from) || isLit(to) ? undefined : ""}
              d={path}
            />
          ))}
          {boxes.map((box) => (
            <Box key={box.collection.id} box={box} onPoint={setPointed} />
          ))}
        </svg>
      </div>
    </div>
  );
}

function Box({
  box: { collection, x, y, height },
  onPoint,
}: {
  readonly box: DiagramBox;
  readonly onPoint: (id: string) => void;
}) {
  const { id, name, type, fields } = collection;
  const hidden = fields.length - MOST_FIELDS;
  return (
    <g
      class="diagram-box"
      data-type={type}
      transform={`translate(${x} ${y})`}
      onPointerEnter={() => onPoint(id)}
      onPointerLeave={() => onPoint("")}
    >
      <rect width={BOX_WIDTH} height={height} rx={8} />
      <text class="diagram-name" x={12} y={HEAD_HEIGHT - 9}>
        {name}
      </text>
      {fields.slice(0, MOST_FIELDS).map((field, index) => (
        <text key={field.id} x={12} y={HEAD_HEIGHT + (index + 0.75) * LINE_HEIGHT}>
          {field.name}
          <tspan class="diagram-type" x={BOX_WIDTH - 12}>
            {field.type}
          </tspan>
        </text>
      ))}
      {hidden > 0 && (
        <text class="diagram-more" x={12} y={HEAD_HEIGHT + (MOST_FIELDS + 0.75) * LINE_HEIGHT}>
          {`+ ${hidden}`}
        </text>
      )}
    </g>
  );
}

function startPanning(event: PointerEvent & { readonly currentTarget: HTMLElement }): void {
  if (event.pointerType === "mouse") event.currentTarget.setPointerCapture(event.pointerId);
}

/** Drags the drawing; touch scrolls by itself. */
function pan(event: PointerEvent & { readonly currentTarget: HTMLElement }): void {
  const { currentTarget, pointerId, movementX, movementY } = event;
  if (currentTarget.hasPointerCapture(pointerId)) currentTarget.scrollBy(-movementX, -movementY);
}
