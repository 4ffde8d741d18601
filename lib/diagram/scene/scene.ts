/** What is drawn, as plain data: boxes and lines with their places. Made by the layouts, turned into SVG by the page. */
import type { EdgeKind, NodeKind } from '../graph';

/** How a text looks; its size decides how much fits. */
export type TextLook = 'title' | 'note' | 'code' | 'label' | 'chip' | 'place' | 'frame';

/** A text at a place. `y` is the baseline. */
export interface Text {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly look: TextLook;
  readonly anchor?: 'start' | 'middle' | 'end';
}

/** A part of a bar that shows how traffic is split. */
export interface BarPart {
  readonly id: string;
  readonly x: number;
  readonly width: number;
}

/** A box. `frame` is a namespace's background, `card` a service with its parts, `tile` a service in the overview, `reference` a version that lies elsewhere. */
export interface Box {
  /** Id of the node that it stands for. */
  readonly id: string;
  readonly kind: NodeKind | 'frame' | 'tile' | 'reference';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly texts: readonly Text[];
  readonly bar?: readonly BarPart[];
  /** No traffic comes here. */
  readonly idle?: boolean;
  /** Place of its namespace in the list of namespaces, where there are several: gives it a colour. */
  readonly hue?: number;
}

/** A line. */
export interface Line {
  readonly id: string;
  /** Ids of the nodes that it joins. */
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  readonly idle: boolean;
  /** As SVG writes a path. */
  readonly path: string;
  readonly label?: Text;
  /** It lies inside of a card, above its background. */
  readonly inner?: boolean;
  /** Shown only beside what is pointed at. */
  readonly quiet?: boolean;
}

/** A whole drawing. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
}

/** The width of a text in its look. */
export type Measure = (text: string, look: TextLook) => number;

/** The text, cut with `…` where it is wider than the room. */
export function fit(text: string, look: TextLook, width: number, measure: Measure): string {
  if (measure(text, look) <= width) return text;
  // the longest beginning that fits, found by halving
  let [fits, tooLong] = [0, text.length];
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (measure(`${text.slice(0, middle)}…`, look) <= width) fits = middle;
    else tooLong = middle;
  }
  return `${text.slice(0, fits).trimEnd()}…`;
}

/** What a route takes, for narrow places: `x-env 'beta'` instead of `/* with header x-env 'beta'`. */
export function shortMatch(match: string): string {
  return match.replace(/^(\/\*|gRPC calls of \*\/\*) with (header )?/, '').replace(/^gRPC calls of /, 'gRPC ');
}

/** A curve from left to right, or around where it leads back. */
export function curve(x1: number, y1: number, x2: number, y2: number): string {
  const bend = Math.max(30, Math.min(120, Math.abs(x2 - x1) / 2));
  return `M${round(x1)} ${round(y1)}C${round(x1 + bend)} ${round(y1)} ${round(x2 - bend)} ${round(y2)} ${round(x2)} ${round(y2)}`;
}

/** A curve that leaves and arrives at the right side. */
export function loop(x1: number, y1: number, x2: number, y2: number): string {
  const out = Math.max(x1, x2) + Math.min(66, 26 + Math.abs(y2 - y1) / 10);
  return `M${round(x1)} ${round(y1)}C${round(out)} ${round(y1)} ${round(out)} ${round(y2)} ${round(x2)} ${round(y2)}`;
}

/** From left to right along one upright line, for a node with many ends: `bus` is where that line stands. */
export function angular(x1: number, y1: number, bus: number, x2: number, y2: number): string {
  const down = y2 - y1;
  const radius = Math.min(10, Math.abs(down) / 2, Math.abs(bus - x1), Math.abs(x2 - bus));
  if (Math.abs(down) < 1) return `M${round(x1)} ${round(y1)}H${round(x2)}`;
  const turn = Math.sign(down) * radius;
  return `M${round(x1)} ${round(y1)}H${round(bus - radius)}Q${round(bus)} ${round(y1)} ${round(bus)} ${round(y1 + turn)}`
    + `V${round(y2 - turn)}Q${round(bus)} ${round(y2)} ${round(bus + radius)} ${round(y2)}H${round(x2)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
