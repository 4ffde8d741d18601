/** A scene as SVG: boxes and lines that can be pointed at, focused and lit up. */
import { svg } from './dom';
import type { Box, Line, Scene, Text } from '../scene/scene';

/** What was drawn, by node id; a node may have several boxes (a version that other cards refer to). */
export interface Drawing {
  readonly scene: Scene;
  readonly root: SVGGElement;
  readonly boxes: ReadonlyMap<string, readonly SVGGElement[]>;
  readonly lines: readonly { readonly line: Line; readonly element: SVGGElement; readonly label?: SVGTextElement }[];
}

/** Draws a scene. `nameOf` says what a screen reader reads for a node. */
export function draw(scene: Scene, nameOf: (id: string) => string): Drawing {
  const boxes = new Map<string, SVGGElement[]>();
  const add = (box: Box) => {
    const element = boxElement(box, nameOf(box.id));
    boxes.set(box.id, [...boxes.get(box.id) ?? [], element]);
    return element;
  };
  const isBack = ({ kind }: Box) => ['service', 'router', 'external', 'tile', 'gateway', 'clients'].includes(kind);
  const lines = scene.lines.map((line) => (
    { line, element: lineElement(line), ...(line.label === undefined ? {} : { label: labelElement(line, line.label) }) }));
  const root = svg('g', {},
    ...scene.boxes.filter(({ kind }) => kind === 'frame').map(add),
    ...lines.filter(({ line }) => !line.inner && !line.quiet).map(({ element }) => element),
    ...scene.boxes.filter(isBack).map(add),
    ...lines.filter(({ line }) => line.inner || line.quiet).map(({ element }) => element),
    ...scene.boxes.filter((box) => box.kind !== 'frame' && !isBack(box)).map(add),
    ...lines.flatMap(({ label }) => label === undefined ? [] : [label]));
  return { scene, root, boxes, lines };
}

function boxElement({ id, kind, x, y, width, height, texts, bar, idle, hue }: Box, name: string): SVGGElement {
  const passive = kind === 'frame';
  const rounded = kind === 'clients' || kind === 'gateway-route' ? Math.min(height / 2, 22) : kind === 'version' || kind === 'reference' || kind === 'service-route' ? 6 : 9;
  return svg('g', {
    'class': `box ${kind}${idle ? ' idle' : ''}`, 'data-id': id, 'data-kind': kind, 'tabindex': passive ? undefined : 0, 'role': passive ? undefined : 'button',
    'aria-label': passive ? undefined : name,
  },
  svg('rect', { x, y, width, height, rx: rounded }),
  ...(hue === undefined ? [] : [svg('rect', { class: `hue${hue % 6}`, x: x + 4, y: y + 10, width: 3, height: height - 20, rx: 1.5 })]),
  ...(bar === undefined ? [] : barElements(bar, y + height - 12)),
  ...texts.map(textElement));
}

function barElements(bar: NonNullable<Box['bar']>, y: number): SVGRectElement[] {
  const [first, last] = [bar[0], bar.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [
    svg('rect', { class: 'track', x: first.x, y, width: Math.max(0, last.x + last.width - first.x), height: 4, rx: 2 }),
    ...bar.map((part, at) => svg('rect', { class: `bar${at % 4}`, x: part.x, y, width: part.width, height: 4, rx: 2 })),
  ];
}

function textElement({ x, y, text, look, anchor }: Text): SVGTextElement {
  return svg('text', { x, y, 'class': look === 'frame' ? 'frame-name' : look, 'text-anchor': anchor }, text);
}

function lineElement({ id, from, to, kind, idle, inner, quiet, path }: Line): SVGGElement {
  const classes = ['line', kind, ...(idle ? ['idle'] : []), ...(inner ? ['inner'] : []), ...(quiet ? ['quiet'] : [])].join(' ');
  return svg('g', { 'class': classes, 'data-line': id, 'data-from': from, 'data-to': to, 'aria-hidden': 'true' },
    svg('path', { 'class': 'ink', 'd': path, 'marker-end': inner || kind === 'asks' ? undefined : `url(#${headOf({ kind, quiet })})` }),
    ...(quiet ? [] : [svg('path', { class: 'hit', d: path })]));
}

/** The arrow head of a line that is not lit up. */
export function headOf({ kind, quiet }: Pick<Line, 'kind' | 'quiet'>): string {
  return quiet ? 'near' : kind === 'call' || kind === 'mirror' ? kind : 'line';
}

function labelElement({ from, to, inner }: Line, text: Text): SVGTextElement {
  const element = textElement(text);
  element.classList.toggle('inner', inner === true);
  element.setAttribute('data-from', from);
  element.setAttribute('data-to', to);
  return element;
}

/** Arrow heads in the colours of lines. */
export function arrowHeads(): SVGDefsElement {
  const head = (id: string) => svg('marker', {
    id, viewBox: '0 0 8 8', refX: 7.2, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: 'userSpaceOnUse', orient: 'auto-start-reverse',
  }, svg('path', { class: `tip-${id}`, d: 'M0 .6L8 4L0 7.4Z' }));
  return svg('defs', {}, ...['line', 'call', 'mirror', 'lit', 'near'].map(head));
}
