/** Lighting up parts of a drawing: the way of a request, and what is beside a node. */
import { describeShare } from '../../simulator';
import type { GraphIndex } from '../graph-index';
import type { Way } from '../way';
import type { Area } from './camera';
import { svg } from './dom';
import { headOf, type Drawing } from './draw';

/** Whether a way passes a line: both ends are on it, and requests do go there. */
function passes(way: Way, from: string, to: string, kind: string, caller: string | undefined): boolean {
  if (kind === 'mirror' || kind === 'call' && from !== caller) return false;
  return way.has(from) && way.has(to);
}

/** Lights up a way and says where it lies. `caller` is the service that the request comes from, if it is a call. */
export function lightWay({ root, boxes, lines, scene }: Drawing, index: GraphIndex, way: Way, caller: string | undefined): Area | undefined {
  root.classList.add('traced');
  for (const [id, elements] of boxes) {
    const share = way.get(id);
    if (share === undefined) continue;
    for (const element of elements) {
      element.classList.add('lit');
      element.dataset.lit = '';
      element.dataset.share = describeShare(share);
      // a card holds parts that are lit by themselves
      element.classList.toggle('card-lit', ['service', 'router', 'gateway'].includes(index.has(id) ? index.node(id).kind : ''));
      if (share.numerator !== share.denominator && isEnd(element.dataset.kind)) element.append(badge(element, describeShare(share).replace(/ \(.*/, '')));
    }
  }
  for (const { line, element, label } of lines) {
    const lit = passes(way, line.from, line.to, line.kind, caller) && !line.idle;
    for (const part of [element, ...(label === undefined ? [] : [label])]) part.classList.toggle('lit', lit);
    if (lit) element.querySelector('.ink[marker-end]')?.setAttribute('marker-end', 'url(#lit)');
  }
  return around(scene.boxes.filter(({ id }) => way.has(id)));
}

/** Where a share is written: at the ends of a way. */
function isEnd(kind: string | undefined): boolean {
  return kind === 'version' || kind === 'tile' || kind === 'external' || kind === 'answer';
}

function badge(element: SVGGElement, text: string): SVGGElement {
  const box = element.querySelector('rect')!;
  const [x, y, right] = [Number(box.getAttribute('x')), Number(box.getAttribute('y')), Number(box.getAttribute('x')) + Number(box.getAttribute('width'))];
  const width = text.length * 6.4 + 10;
  return svg('g', { 'class': 'badge', 'aria-hidden': 'true' },
    svg('rect', { x: Math.max(x, right - width + 8), y: y - 9, width, height: 16, rx: 8 }),
    svg('text', { 'x': Math.max(x, right - width + 8) + width / 2, 'y': y + 3, 'text-anchor': 'middle' }, text));
}

/** Takes the light of a way away. */
export function darken({ root, boxes, lines }: Drawing): void {
  root.classList.remove('traced');
  for (const element of [...boxes.values()].flat()) {
    element.classList.remove('lit', 'card-lit');
    delete element.dataset.lit;
    delete element.dataset.share;
    element.querySelector('.badge')?.remove();
  }
  for (const { line, element, label } of lines) {
    for (const part of [element, ...(label === undefined ? [] : [label])]) part.classList.remove('lit');
    element.querySelector('.ink[marker-end]')?.setAttribute('marker-end', `url(#${headOf(line)})`);
  }
}

/** Brings a node and everything beside it forward; nothing is left out. */
export function point({ root, boxes, lines }: Drawing, index: GraphIndex, id: string | undefined): void {
  root.classList.toggle('pointed', id !== undefined);
  const own = id === undefined ? new Set<string>() : partsOf(index, id);
  const near = new Set(own);
  for (const { line, element, label } of lines) {
    const beside = own.has(line.from) || own.has(line.to);
    for (const part of [element, ...(label === undefined ? [] : [label])]) part.classList.toggle('near', beside);
    if (beside) [line.from, line.to].forEach((end) => near.add(end));
  }
  // parts show with their owner and the other way round: a version is nothing without its card
  for (const one of [...near]) {
    if (!index.has(one)) continue;
    near.add(index.ownerOf(one));
    if (index.isService(one)) index.partsOf(one, 'version', 'service-route').forEach((part) => near.add(part.id));
    if (index.node(one).kind === 'gateway') index.partsOf(one, 'clients').forEach((part) => near.add(part.id));
  }
  for (const [box, elements] of boxes) for (const element of elements) element.classList.toggle('near', near.has(box));
}

/** A node with its parts: pointing at a service means its routes and versions too, and the gateway routes that lead there. */
function partsOf(index: GraphIndex, id: string): ReadonlySet<string> {
  if (!index.has(id)) return new Set([id]);
  const parts = [id, ...index.partsOf(id, 'version', 'service-route', 'clients').map((part) => part.id)];
  const entries = parts.flatMap((part) => index.to(part)).map(({ from }) => from).filter((from) => index.node(from).kind === 'gateway-route');
  return new Set([...parts, ...entries]);
}

function around(boxes: Drawing['scene']['boxes']): Area | undefined {
  if (boxes.length === 0) return undefined;
  const [x, y] = [Math.min(...boxes.map((box) => box.x)), Math.min(...boxes.map((box) => box.y))];
  return { x, y, width: Math.max(...boxes.map((box) => box.x + box.width)) - x, height: Math.max(...boxes.map((box) => box.y + box.height)) - y };
}
