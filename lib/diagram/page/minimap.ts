/** A small copy of the drawing, with a frame around what is seen; a click moves there. */
import type { Area, Camera } from './camera';
import { svg } from './dom';
import type { Box, Scene } from '../scene/scene';

const SIZE = { width: 180, height: 170 };
const SHOWN: readonly Box['kind'][] = ['frame', 'gateway', 'gateway-route', 'service', 'router', 'external', 'tile', 'answer'];

/** The minimap; hidden while everything is in view. */
export class Minimap {
  private scene: Scene = { width: 1, height: 1, boxes: [], lines: [] };
  private readonly frame = svg('rect', { class: 'view' });

  constructor(private readonly element: SVGSVGElement, private readonly camera: () => Camera) {
    const move = ({ offsetX, offsetY }: PointerEvent) => this.camera().centre(offsetX / this.scale(), offsetY / this.scale());
    element.addEventListener('pointerdown', move);
    element.addEventListener('pointermove', (event) => {
      if (event.buttons === 1) move(event);
    });
  }

  /** A new drawing. */
  show(scene: Scene): void {
    this.scene = scene;
    const scale = this.scale();
    this.element.setAttribute('width', String(Math.round(scene.width * scale)));
    this.element.setAttribute('height', String(Math.round(scene.height * scale)));
    const boxes = scene.boxes.filter(({ kind }) => SHOWN.includes(kind)).map(({ id, kind, x, y, width, height }) => svg('rect', {
      'class': kind, 'data-map': id, 'x': x * scale, 'y': y * scale, 'width': width * scale, 'height': Math.max(1, height * scale),
    }));
    this.element.replaceChildren(...boxes, this.frame);
  }

  /** What is seen now. */
  seen(area: Area): void {
    const scale = this.scale();
    const all = area.x <= 1 && area.y <= 1 && area.x + area.width >= this.scene.width - 1 && area.y + area.height >= this.scene.height - 1;
    this.element.toggleAttribute('hidden', all);
    for (const name of ['x', 'y', 'width', 'height'] as const) this.frame.setAttribute(name, String(Math.round(area[name] * scale)));
  }

  /** Lights up nodes. */
  light(ids: ReadonlySet<string>): void {
    for (const box of this.element.querySelectorAll('[data-map]')) box.classList.toggle('lit', ids.has(box.getAttribute('data-map')!));
  }

  private scale(): number {
    return Math.min(SIZE.width / this.scene.width, SIZE.height / this.scene.height);
  }
}
