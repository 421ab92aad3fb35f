import type { CollectionModel } from "pocketbase";

/** A collection as a box of the diagram; lengths are pixels of the drawing. */
export interface DiagramBox {
  readonly collection: CollectionModel;
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/** A relation as a line between two boxes. */
export interface DiagramLink {
  readonly id: string;
  /** Ids of the collections. */
  readonly from: string;
  readonly to: string;
  /** An SVG path. */
  readonly path: string;
}

export interface Diagram {
  readonly boxes: readonly DiagramBox[];
  readonly links: readonly DiagramLink[];
  readonly width: number;
  readonly height: number;
}

export const BOX_WIDTH = 190;
export const LINE_HEIGHT = 18;
export const HEAD_HEIGHT = 28;
/** More fields than this are only counted. */
export const MOST_FIELDS = 12;

const GAP_X = 70;
const GAP_Y = 26;
const MARGIN = 20;

/** Puts collections into columns of about the same height, those with the most relations first. */
export function layOutDiagram(collections: readonly CollectionModel[]): Diagram {
  const columns = Math.max(1, Math.round(Math.sqrt(collections.length)));
  const heights = Array.from({ length: columns }, () => MARGIN);
  const sorted = collections.toSorted(
    (a, b) => relationsOf(b, collections) - relationsOf(a, collections),
  );
  const boxes = sorted.map((collection) => {
    const column = heights.indexOf(Math.min(...heights));
    const y = heights[column] ?? MARGIN;
    const height = boxHeight(collection);
    heights[column] = y + height + GAP_Y;
    return { collection, x: MARGIN + column * (BOX_WIDTH + GAP_X), y, height };
  });
  return {
    boxes,
    links: boxes.flatMap((box) => linksFrom(box, boxes)),
    width: MARGIN * 2 + columns * BOX_WIDTH + (columns - 1) * GAP_X,
    height: Math.max(...heights) - GAP_Y + MARGIN,
  };
}

function boxHeight({ fields }: CollectionModel): number {
  const lines = Math.min(fields.length, MOST_FIELDS) + (fields.length > MOST_FIELDS ? 1 : 0);
  return HEAD_HEIGHT + lines * LINE_HEIGHT + 8;
}

function relationsOf({ id, fields }: CollectionModel, all: readonly CollectionModel[]): number {
  const out = fields.filter((field) => field["collectionId"] !== undefined).length;
  const into = all.flatMap((each) => each.fields).filter((field) => field["collectionId"] === id);
  return out + into.length;
}

function linksFrom(box: DiagramBox, boxes: readonly DiagramBox[]): DiagramLink[] {
  return box.collection.fields.flatMap((field, index) => {
    const target = boxes.find(({ collection }) => collection.id === field["collectionId"]);
    if (!target) return [];
    const line = Math.min(index, MOST_FIELDS);
    const y = box.y + HEAD_HEIGHT + (line + 0.5) * LINE_HEIGHT;
    return [
      {
        id: `${box.collection.id}.${field.name}`,
        from: box.collection.id,
        to: target.collection.id,
        path: curve({ x: box.x, y }, { x: target.x, y: target.y + HEAD_HEIGHT / 2 }),
      },
    ];
  });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** From the near side of one box to the near side of the other; in the same column around the right. */
function curve(from: Point, to: Point): string {
  const isRight = to.x > from.x;
  const startX = to.x < from.x ? from.x : from.x + BOX_WIDTH;
  const endX = isRight ? to.x : to.x + BOX_WIDTH;
  const bend = GAP_X * 0.7;
  const startBend = to.x < from.x ? startX - bend : startX + bend;
  const endBend = isRight ? endX - bend : endX + bend;
  return `M${startX} ${from.y}C${startBend} ${from.y} ${endBend} ${to.y} ${endX} ${to.y}`;
}
