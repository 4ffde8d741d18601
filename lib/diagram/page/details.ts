/** What is said about a node: beside the pointer, and in the panel once it was chosen. */
import type { Fact } from '../facts';
import type { GraphNode } from '../graph';
import type { GraphIndex } from '../graph-index';
import { byId, html } from './dom';

const KINDS: { readonly [kind in GraphNode['kind']]: string } = {
  'clients': 'clients', 'gateway': 'gateway', 'gateway-route': 'route of gateway', 'service': 'service', 'router': 'router', 'external': 'service outside of the mesh',
  'service-route': 'route of service', 'version': 'version of service', 'answer': 'answer of',
};

/** Titles and facts of nodes. */
export class Details {
  private readonly tip = byId('tip');
  private readonly panel = byId('details');

  constructor(private readonly index: GraphIndex, private readonly facts: ReadonlyMap<string, readonly Fact[]>, private readonly only: (id: string) => void) {}

  /** What a screen reader reads for a node. */
  nameOf(id: string): string {
    if (!this.index.has(id)) return id;
    const { kind, label, note, within } = this.index.node(id);
    const owner = within === undefined ? '' : ` ${this.index.node(within).label}`;
    return `${KINDS[kind]}${owner}: ${label}${note === '' ? '' : `, ${note}`}`;
  }

  /** Shows the tip of a node beside a place of the window. */
  showTip(id: string, x: number, y: number): void {
    if (!this.index.has(id)) return;
    this.tip.replaceChildren(...this.elements(id));
    this.placeTip(x, y);
  }

  /** Shows a tip of plain words. */
  showText(text: string, x: number, y: number): void {
    this.tip.replaceChildren(text);
    this.placeTip(x, y);
  }

  hideTip(): void {
    this.tip.hidden = true;
  }

  /** Fills the panel; without an id it is empty. */
  choose(id: string | undefined): void {
    if (id === undefined) return this.panel.replaceChildren();
    const button = html('button', { id: 'only', type: 'button' }, 'Show only its neighbours');
    button.addEventListener('click', () => this.only(id));
    this.panel.replaceChildren(...this.elements(id), html('p', {}, button));
  }

  private elements(id: string): readonly HTMLElement[] {
    const { kind, label, within } = this.index.node(id);
    const owner = within === undefined ? '' : ` ${this.index.node(within).label}`;
    const named = (this.facts.get(id) ?? []).flatMap(({ name, value }) => [html('dt', {}, name), html('dd', {}, value)]);
    return [html('strong', {}, label), html('div', { class: 'hint' }, `${KINDS[kind]}${owner}`), html('dl', {}, ...named)];
  }

  private placeTip(x: number, y: number): void {
    this.tip.hidden = false;
    const stage = byId('stage').getBoundingClientRect();
    const { offsetWidth, offsetHeight } = this.tip;
    const left = x - stage.left + 16 + offsetWidth > stage.width ? x - stage.left - offsetWidth - 16 : x - stage.left + 16;
    const top = Math.min(y - stage.top + 14, stage.height - offsetHeight - 8);
    this.tip.style.left = `${Math.max(8, left)}px`;
    this.tip.style.top = `${Math.max(8, top)}px`;
  }
}
