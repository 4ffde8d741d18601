/** The page: what is shown, what is pointed at, what is lit up. */
import type { Explanation, Simulator } from '../../simulator';
import { factsOf } from '../facts';
import { graphOf } from '../graph';
import { GraphIndex } from '../graph-index';
import { serviceId } from '../ids';
import { servicesBeside } from '../neighbourhood';
import { layered } from '../scene/layered';
import type { Line } from '../scene/scene';
import { tiles } from '../scene/tiles';
import { wayOf, type Way } from '../way';
import { Camera } from './camera';
import { Details } from './details';
import { byId, html, svg } from './dom';
import { arrowHeads, draw, type Drawing } from './draw';
import { darken, lightWay, point } from './light';
import { browserMeasure } from './measure';
import { Minimap } from './minimap';
import { RequestBox } from './request-box';

/** More services than this are shown as an overview first. */
const MANY = 60;

/** More services than this, and calls are drawn faintly. */
const MANY_CALLS = 16;

/** What is shown: everything, or some services and why these. */
interface Selection {
  readonly services: ReadonlySet<string>;
  readonly words: string;
}

/** State and events of the page. */
export class Page {
  private readonly index: GraphIndex;
  private readonly details: Details;
  private readonly camera: Camera;
  private readonly minimap: Minimap;
  private readonly request: RequestBox;
  private readonly measure = browserMeasure();
  private drawing: Drawing | undefined;
  private selection: Selection | undefined;
  private chosen: string | undefined;
  private lit: { readonly way: Way; readonly caller: string | undefined } | undefined;

  constructor(simulator: Simulator) {
    this.index = new GraphIndex(graphOf(simulator.model));
    this.details = new Details(this.index, factsOf(simulator.model), (id) => this.showNeighbours(id));
    this.minimap = new Minimap(byId<SVGSVGElement>('map'), () => this.camera);
    const picture = byId<SVGSVGElement>('picture');
    picture.append(arrowHeads());
    this.camera = new Camera(picture, (area) => this.minimap.seen(area));
    this.request = new RequestBox(simulator, (explanation) => this.trace(explanation));
    this.listen(picture);
  }

  /** Draws for the first time. */
  start(): void {
    const gateways = this.index.graph.nodes.filter(({ kind }) => kind === 'gateway').length;
    const count = (number: number, word: string) => `${number} ${word}${number === 1 ? '' : 's'}`;
    byId('counts').textContent = [count(this.index.services.length, 'service'), count(gateways, 'gateway'), count(this.index.graph.namespaces.length, 'namespace')].join(' · ');
    byId('legend').append(...LEGEND.map(([kind, words]) => html('span', {}, legendLine(kind), words)));
    byId('notes').append(...(this.index.graph.notes ?? []).map((note) => html('p', { class: 'hint' }, note)));
    this.redraw();
    document.documentElement.dataset.ready = '';
  }

  private redraw(): void {
    this.details.hideTip();
    const all = new Set(this.index.services.map(({ id }) => id));
    const shown = this.selection?.services ?? all;
    const overview = shown.size > MANY;
    const answers = new Set(this.selection === undefined ? this.index.graph.nodes.filter(({ kind }) => kind === 'answer' || kind === 'gateway').map(({ id }) => id) : this.lit?.way.keys() ?? []);
    const scene = overview ? tiles(this.index, shown, this.camera.view().width, this.measure) : layered(this.index, shown, answers, this.measure);
    this.drawing = draw(scene, (id) => this.details.nameOf(id));
    // many calls hide what they join, so they step back until something is pointed at
    this.drawing.root.classList.toggle('many', shown.size > MANY_CALLS);
    byId('legend').toggleAttribute('hidden', overview);
    this.minimap.show(scene);
    this.camera.show(this.drawing.root, scene);
    this.showCrumbs();
    if (this.lit !== undefined) this.light();
    if (this.chosen !== undefined && this.drawing.boxes.has(this.chosen)) this.mark();
  }

  private showCrumbs(): void {
    const crumbs = byId('crumbs');
    crumbs.hidden = this.selection === undefined;
    if (this.selection === undefined) return;
    const back = html('button', { id: 'all', type: 'button' }, `← All ${this.index.services.length} services`);
    back.addEventListener('click', () => this.showAll());
    crumbs.replaceChildren(back, html('span', {}, this.selection.words));
  }

  private showAll(): void {
    this.selection = undefined;
    byId<HTMLInputElement>('search').value = '';
    this.redraw();
  }

  private showNeighbours(id: string): void {
    const services = servicesBeside(this.index, id);
    if (services.size === 0) return;
    this.selection = { services, words: `${this.index.node(this.index.ownerOf(id)).label} and its neighbours` };
    this.redraw();
  }

  private search(text: string): void {
    const words = text.trim().toLowerCase();
    if (words === '') return this.showAll();
    const found = this.index.services.filter(({ id }) => id.slice('service:'.length).toLowerCase().includes(words)).map(({ id }) => id);
    this.selection = { services: new Set(found), words: found.length === 0 ? `no service has '${words}' in its name` : `${found.length} with '${words}' in the name` };
    this.redraw();
  }

  private trace(explanation: Explanation | undefined): void {
    if (this.drawing !== undefined) darken(this.drawing);
    this.minimap.light(new Set());
    this.lit = undefined;
    if (explanation === undefined) return;
    this.choose(undefined);
    const { decision } = explanation;
    const way = wayOf(decision);
    this.lit = { way, caller: decision.entry.kind === 'service' ? serviceId(decision.entry.from.id) : undefined };
    const services = [...way.keys()].filter((id) => this.index.has(id) && this.index.isService(id));
    const overview = (this.selection?.services.size ?? this.index.services.length) > MANY;
    if (overview || services.some((id) => this.selection?.services.has(id) === false) || this.selection !== undefined && services.length === 0) {
      this.selection = { services: new Set(services), words: 'the way of this request' };
      return this.redraw();
    }
    this.light();
  }

  private light(): void {
    if (this.drawing === undefined || this.lit === undefined) return;
    const area = lightWay(this.drawing, this.index, this.lit.way, this.lit.caller);
    this.minimap.light(new Set(this.lit.way.keys()));
    if (area !== undefined) this.camera.reveal(area);
  }

  private choose(id: string | undefined): void {
    this.chosen = id;
    this.details.choose(id);
    this.mark();
  }

  private mark(): void {
    if (this.drawing === undefined) return;
    for (const [id, elements] of this.drawing.boxes) for (const element of elements) element.classList.toggle('chosen', id === this.chosen);
    point(this.drawing, this.index, this.chosen);
  }

  private listen(picture: SVGSVGElement): void {
    const nodeAt = (target: EventTarget | null) => target instanceof Element ? target.closest<SVGGElement>('.box:not(.frame)')?.dataset.id : undefined;
    picture.addEventListener('click', ({ target }) => {
      if (!this.camera.dragged) this.choose(nodeAt(target));
    });
    picture.addEventListener('dblclick', ({ target }) => {
      const id = nodeAt(target);
      if (id !== undefined) this.showNeighbours(id);
    });
    picture.addEventListener('pointermove', ({ target, clientX, clientY, buttons }) => {
      if (buttons === 0) this.pointAt(nodeAt(target), target, clientX, clientY);
    });
    picture.addEventListener('pointerleave', () => this.pointAt(undefined, null, 0, 0));
    picture.addEventListener('focusin', ({ target }) => {
      const id = nodeAt(target);
      if (id === undefined || !(target instanceof Element) || !target.matches(':focus-visible')) return;
      this.revealFocused(id);
      const { right, top } = target.getBoundingClientRect();
      this.pointAt(id, target, right, top);
    });
    picture.addEventListener('focusout', () => this.pointAt(undefined, null, 0, 0));
    picture.addEventListener('keydown', (event) => {
      const id = nodeAt(event.target);
      if (event.key !== 'Enter' && event.key !== ' ' || id === undefined) return;
      event.preventDefault();
      if (this.chosen === id) this.showNeighbours(id);
      else this.choose(id);
    });
    this.listenToTools();
  }

  private revealFocused(id: string): void {
    const box = this.drawing?.scene.boxes.find((one) => one.id === id);
    if (box !== undefined) this.camera.reveal(box);
  }

  private pointAt(id: string | undefined, target: EventTarget | null, x: number, y: number): void {
    if (this.drawing === undefined) return;
    point(this.drawing, this.index, id ?? this.chosen);
    const line = target instanceof Element ? this.drawing.lines.find(({ element }) => element.contains(target))?.line : undefined;
    if (id !== undefined) this.details.showTip(id, x, y);
    else if (line !== undefined) this.details.showText(this.wordsOf(line), x, y);
    else this.details.hideTip();
  }

  private wordsOf({ from, to, label, kind }: Line): string {
    return `${this.details.nameOf(from)} ${VERBS[kind]} ${this.details.nameOf(to)}${label === undefined ? '' : ` (${label.text})`}`;
  }

  private listenToTools(): void {
    const search = byId<HTMLInputElement>('search');
    search.addEventListener('input', () => this.search(search.value));
    byId('zoom-in').addEventListener('click', () => this.camera.larger());
    byId('zoom-out').addEventListener('click', () => this.camera.smaller());
    byId('zoom-fit').addEventListener('click', () => this.camera.fit());
    byId('theme').addEventListener('click', () => {
      const { dataset } = document.documentElement;
      const dark = dataset.theme === undefined ? matchMedia('(prefers-color-scheme: dark)').matches : dataset.theme === 'dark';
      dataset.theme = dark ? 'light' : 'dark';
    });
    document.addEventListener('keydown', (event) => {
      const typing = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLSelectElement;
      if (event.key === '/' && !typing) {
        event.preventDefault();
        search.focus();
      }
      if (event.key === 'Escape') this.escape();
    });
    addEventListener('resize', () => this.redraw());
  }

  /** One step back: what is chosen, what is lit up, what is left out. */
  private escape(): void {
    if (this.chosen !== undefined) this.choose(undefined);
    else if (this.lit !== undefined) this.request.clear();
    else if (this.selection !== undefined) this.showAll();
  }
}

const LEGEND: readonly (readonly [string, string])[] = [['forward', 'route'], ['idle', 'weight 0'], ['call', 'call'], ['mirror', 'copy']];

function legendLine(kind: string): SVGSVGElement {
  return svg('svg', { viewBox: '0 0 26 8' }, svg('g', { class: `line ${kind}` }, svg('path', { class: 'ink', d: 'M1 4H25' })));
}

const VERBS: { readonly [kind in Line['kind']]: string } = { call: 'calls', mirror: 'sends copies to', asks: 'asks', entry: 'enter', forward: 'leads to' };
