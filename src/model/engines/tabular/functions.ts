import { normalCdf, probit } from './normal.ts';

/** Halves go to the even neighbour: `numpy.rint`. */
function rint(value: number): number {
  if (!(Math.abs(value) < 2 ** 52)) return value;
  const shift = value < 0 ? -(2 ** 52) : 2 ** 52;
  return value + shift - shift;
}

/** Functions of one value by their names in NumPy. */
export const functions: Readonly<Record<string, (value: number) => number>> = {
  probit,
  normalCdf,
  abs: Math.abs,
  arccos: Math.acos,
  arccosh: Math.acosh,
  arcsin: Math.asin,
  arcsinh: Math.asinh,
  arctan: Math.atan,
  arctanh: Math.atanh,
  cbrt: Math.cbrt,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  degrees: value => value * (180 / Math.PI),
  expm1: Math.expm1,
  floor: Math.floor,
  log10: Math.log10,
  log1p: Math.log1p,
  log2: Math.log2,
  radians: value => value * (Math.PI / 180),
  reciprocal: value => 1 / value,
  rint,
  sign: Math.sign,
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  square: value => value * value,
  tan: Math.tan,
  tanh: Math.tanh,
  trunc: Math.trunc,
};
