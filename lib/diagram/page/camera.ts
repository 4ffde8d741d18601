/** What part of the drawing is seen: pan with drag, wheel and arrow keys, zoom with ctrl and wheel, buttons and + - 0. */
import { svg } from './dom';

/** A part of the drawing. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const ZOOM = { least: 0.15, most: 2.5, step: 1.25 };
/** Never smaller than this at the start: text of 14 px stays readable, the rest is a matter of moving. */
const READABLE = 0.8;

/** The camera over one SVG. */
export class Camera {
  readonly world = svg('g', { id: 'world' });
  /** Whether the last press of the pointer moved the drawing: the click that ends it means nothing else. */
  dragged = false;
  private x = 0;
  private y = 0;
  private scale = 1;
  private size = { width: 1, height: 1 };

  constructor(private readonly picture: SVGSVGElement, private readonly moved: (seen: Area) => void) {
    picture.append(this.world);
    this.listenToPointer();
    picture.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
    picture.addEventListener('keydown', (event) => this.onKey(event));
  }

  /** A new drawing of that size: as wide as the view where that is readable, from its top left corner. */
  show(root: SVGGElement, size: { readonly width: number; readonly height: number }): void {
    this.size = size;
    this.world.replaceChildren(root);
    this.fit();
  }

  /** The whole width where text stays readable then, from the top. */
  fit(): void {
    const { width, height } = this.view();
    this.scale = Math.min(1.1, Math.max(READABLE, width / this.size.width));
    this.x = Math.max(0, (width - this.size.width * this.scale) / 2);
    this.y = Math.max(0, (height - this.size.height * this.scale) / 2.6);
    this.apply();
  }

  /** Moves, and if need be zooms out, until an area is seen as a whole. */
  reveal(area: Area): void {
    const { width, height } = this.view();
    const wanted = Math.min((width - 60) / area.width, (height - 60) / area.height);
    if (wanted < this.scale) this.scale = Math.max(ZOOM.least, wanted);
    const [left, top] = [area.x * this.scale + this.x, area.y * this.scale + this.y];
    const [right, bottom] = [left + area.width * this.scale, top + area.height * this.scale];
    if (left < 8 || right > width - 8) this.x = (width - area.width * this.scale) / 2 - area.x * this.scale;
    if (top < 8 || bottom > height - 8) this.y = (height - area.height * this.scale) / 2 - area.y * this.scale;
    this.apply();
  }

  /** Puts a place of the drawing into the middle. */
  centre(x: number, y: number): void {
    const { width, height } = this.view();
    this.x = width / 2 - x * this.scale;
    this.y = height / 2 - y * this.scale;
    this.apply();
  }

  /** Zooms around a place of the view; left out: its middle. */
  zoom(factor: number, at = { x: this.view().width / 2, y: this.view().height / 2 }): void {
    const next = Math.min(ZOOM.most, Math.max(ZOOM.least, this.scale * factor));
    this.x = at.x - ((at.x - this.x) * next) / this.scale;
    this.y = at.y - ((at.y - this.y) * next) / this.scale;
    this.scale = next;
    this.apply();
  }

  larger(): void {
    this.zoom(ZOOM.step);
  }

  smaller(): void {
    this.zoom(1 / ZOOM.step);
  }

  /** Size of the view in pixels. */
  view(): { readonly width: number; readonly height: number } {
    const { clientWidth, clientHeight } = this.picture;
    return { width: Math.max(1, clientWidth), height: Math.max(1, clientHeight) };
  }

  private pan(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
    this.apply();
  }

  private apply(): void {
    const { width, height } = this.view();
    // a strip of the drawing always stays in view
    this.x = Math.min(width - 80, Math.max(80 - this.size.width * this.scale, this.x));
    this.y = Math.min(height - 80, Math.max(80 - this.size.height * this.scale, this.y));
    this.world.setAttribute('transform', `translate(${this.x.toFixed(2)} ${this.y.toFixed(2)}) scale(${this.scale.toFixed(4)})`);
    this.moved({ x: -this.x / this.scale, y: -this.y / this.scale, width: width / this.scale, height: height / this.scale });
  }

  private onWheel(event: WheelEvent): void {
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
    if (event.ctrlKey || event.metaKey) this.zoom(Math.exp((-event.deltaY * unit) / 300), { x: event.offsetX, y: event.offsetY });
    else this.pan(-(event.shiftKey ? event.deltaY : event.deltaX) * unit, event.shiftKey ? 0 : -event.deltaY * unit);
  }

  private onKey(event: KeyboardEvent): void {
    const steps: { readonly [key: string]: readonly [number, number] } = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    const step = steps[event.key];
    if (step !== undefined) this.pan(...step);
    else if (event.key === '+' || event.key === '=') this.larger();
    else if (event.key === '-') this.smaller();
    else if (event.key === '0') this.fit();
    else return;
    event.preventDefault();
  }

  private listenToPointer(): void {
    let from: { readonly x: number; readonly y: number; readonly pointer: number } | undefined;
    this.picture.addEventListener('pointerdown', ({ button, clientX, clientY, pointerId }) => {
      this.dragged = false;
      if (button === 0) from = { x: clientX, y: clientY, pointer: pointerId };
    });
    this.picture.addEventListener('pointermove', ({ clientX, clientY, pointerId }) => {
      if (from?.pointer !== pointerId) return;
      // a click may tremble a little
      if (!this.dragged && Math.hypot(clientX - from.x, clientY - from.y) < 4) return;
      if (!this.dragged) this.picture.setPointerCapture(pointerId);
      this.dragged = true;
      this.picture.classList.add('dragged');
      this.pan(clientX - from.x, clientY - from.y);
      from = { x: clientX, y: clientY, pointer: pointerId };
    });
    const end = () => {
      from = undefined;
      this.picture.classList.remove('dragged');
    };
    this.picture.addEventListener('pointerup', end);
    this.picture.addEventListener('pointercancel', end);
  }
}
