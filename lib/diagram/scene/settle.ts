/** Places for boxes in a column: each as near to where it wants to be as its neighbours allow. */

/** A box that wants a place. */
export interface Wish {
  /** Where its middle wants to be. */
  readonly middle: number;
  readonly height: number;
}

/**
 * The tops of boxes that stand below each other in the given order, with at least `gap` between them and none above `top`. The sum of the
 * squared distances from their wishes is the least possible: boxes that want the same place become a block whose offset is their mean.
 */
export function settle(wishes: readonly Wish[], gap: number, top: number): readonly number[] {
  const blocks: { count: number; offset: number; height: number; sum: number }[] = [];
  for (const { middle, height } of wishes) {
    let block = { count: 1, offset: Math.max(top, middle - height / 2), height: height + gap, sum: middle - height / 2 };
    for (let before = blocks.at(-1); before !== undefined && before.offset + before.height > block.offset; before = blocks.at(-1)) {
      blocks.pop();
      const count = before.count + block.count;
      const sum = before.sum + block.sum - block.count * before.height;
      block = { count, sum, offset: Math.max(top, sum / count), height: before.height + block.height };
    }
    blocks.push(block);
  }
  const tops: number[] = [];
  for (const { count, offset } of blocks) {
    let next = offset;
    for (let at = 0; at < count; at += 1) {
      tops.push(Math.round(next));
      next += wishes[tops.length - 1]!.height + gap;
    }
  }
  return tops;
}
