import type { Estimator } from '../estimator.ts';
import type { Translation } from '../family.ts';
import { featuresOf, joined, type Features } from '../features.ts';
import { hashedLayout } from './layout.ts';
import { keyOf } from './mappings.ts';

/**
 * `HashingEncoder`: how many of a row's texts have an MD5 digest that falls into each column, before the columns that are passed
 * on. A missing text counts for none, as None does; the library counts NaN as the text `nan`.
 */
export function hashedColumns(estimator: Estimator, x: Features, { builder }: Translation): Features {
  const { inputs, dropped, hashed } = hashedLayout(estimator);
  if ((estimator.raw('hash_method') ?? 'md5') !== 'md5')
    return estimator.unsupported('hash_method', 'only digests of MD5 are computed');
  const width = estimator.count('n_components');
  const places = [...inputs.keys()];
  const isHashed = (place: number): boolean => hashed.has(inputs[place] as string);
  const texts = x.select(places.filter(isHashed));
  const passed = x.select(places.filter(place => !isHashed(place)));
  if (texts.width === 0) return passed;
  const counts = featuresOf(builder, builder.add('digestTexts', [texts.texts()], { width }));
  const kept = Array.from({ length: width }, (_, column) => column).filter(
    column => !dropped.has(keyOf(`col_${column}`) as string),
  );
  return joined(builder, kept.length === 0 ? [passed] : [counts.select(kept), passed]);
}
