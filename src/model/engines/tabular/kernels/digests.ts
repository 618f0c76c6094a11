import { defineKernels, textsOf, widthOf, type Kernel, type Site } from '../kernel.ts';
import { md5, remainderOf } from '../terms/md5.ts';

/** Room for padding behind the bytes of a text. */
const padding = 72;

/** Bytes that are kept for the next request: one long text would keep many megabytes on every thread. */
const mostKept = 2 ** 16;

function digestTexts(site: Site): Kernel {
  const texts = textsOf(site);
  const columns = widthOf(site);
  const { width } = site.output;
  const y = site.target as Float64Array;
  let bytes = new Uint8Array(256);
  const columnOf = (text: string): number => {
    // A character of UTF-16 has three bytes of UTF-8 at most.
    const most = text.length * 3 + padding;
    if (most > bytes.length) bytes = new Uint8Array(Math.max(most, Math.min(2 * most, mostKept)));
    return remainderOf(md5(bytes, encoder.encodeInto(text, bytes).written), width);
  };
  return rows => {
    y.fill(0, 0, rows * width);
    for (let at = 0; at < rows * columns; at++) {
      const text = texts[at];
      if (typeof text !== 'string') continue;
      const place = Math.floor(at / columns) * width + columnOf(text);
      y[place] = (y[place] as number) + 1;
    }
    if (bytes.length > mostKept) bytes = new Uint8Array(mostKept);
  };
}

const encoder = new TextEncoder();

export const digestKernels = defineKernels({
  digestTexts: {
    cost: site => widthOf(site) * 600 + site.characters * 8 + site.output.width,
    make: digestTexts,
  },
});
