/** The width of texts, as the browser's own fonts draw them. */
import { FONTS } from '../fonts';
import type { TextLook } from '../scene/scene';

const LOOKS: { readonly [look in TextLook]: string } = {
  title: `600 14px ${FONTS.sans}`, note: `11px ${FONTS.sans}`, code: `11.5px ${FONTS.mono}`, label: `600 11px ${FONTS.sans}`, chip: `600 12px ${FONTS.sans}`,
  place: `600 11px ${FONTS.sans}`, frame: `600 13px ${FONTS.sans}`,
};

/** A measure that remembers what it was asked. */
export function browserMeasure(): (text: string, look: TextLook) => number {
  const context = document.createElement('canvas').getContext('2d');
  const known = new Map<string, number>();
  return (text, look) => {
    const key = `${look} ${text}`;
    const width = known.get(key);
    if (width !== undefined) return width;
    if (context === null) return text.length * 7;
    context.font = LOOKS[look];
    const measured = context.measureText(text).width;
    known.set(key, measured);
    return measured;
  };
}
