/** Value of a polynomial; the coefficient of the highest power comes first. */
function polynomial(coefficients: readonly number[], x: number): number {
  let value = 0;
  for (const coefficient of coefficients) value = value * x + coefficient;
  return value;
}

/** A quotient of two polynomials, as Wichura's tables have them. */
interface Quotient {
  readonly above: readonly number[];
  readonly below: readonly number[];
}

const centre: Quotient = {
  above: [
    2509.080_928_730_122_7, 33_430.575_583_588_13, 67_265.770_927_008_7, 45_921.953_931_549_87,
    13_731.693_765_509_46, 1971.590_950_306_551_3, 133.141_667_891_784_38, 3.387_132_872_796_366_5,
  ],
  below: [
    5226.495_278_852_854, 28_729.085_735_721_943, 39_307.895_800_092_71, 21_213.794_301_586_597,
    5394.196_021_424_751, 687.187_007_492_057_9, 42.313_330_701_600_91, 1,
  ],
};

const middle: Quotient = {
  above: [
    7.745_450_142_783_414e-4, 0.022_723_844_989_269_184, 0.241_780_725_177_450_6, 1.270_458_252_452_368_4,
    3.647_848_324_763_204_5, 5.769_497_221_460_691, 4.630_337_846_156_546, 1.423_437_110_749_683_5,
  ],
  below: [
    1.050_750_071_644_416_9e-9, 5.475_938_084_995_345e-4, 0.015_198_666_563_616_457, 0.148_103_976_427_480_08,
    0.689_767_334_985_1, 1.676_384_830_183_803_8, 2.053_191_626_637_759, 1,
  ],
};

const tail: Quotient = {
  above: [
    2.010_334_399_292_288_1e-7, 2.711_555_568_743_487_6e-5, 1.242_660_947_388_078_4e-3,
    0.026_532_189_526_576_124, 0.296_560_571_828_504_87, 1.784_826_539_917_291_3, 5.463_784_911_164_114,
    6.657_904_643_501_103,
  ],
  below: [
    2.044_263_103_389_939_7e-15, 1.421_511_758_316_445_9e-7, 1.846_318_317_510_054_8e-5,
    7.868_691_311_456_133e-4, 0.014_875_361_290_850_615, 0.136_929_880_922_735_8, 0.599_832_206_555_888, 1,
  ],
};

function quotient({ above, below }: Quotient, x: number): number {
  return polynomial(above, x) / polynomial(below, x);
}

/**
 * The quantile of the standard normal distribution: Wichura, "The percentage points of the normal distribution"
 * (Applied Statistics 37, 1988, AS 241, PPND16), whose relative error is about 1e-16.
 */
export function probit(probability: number): number {
  const offset = probability - 0.5;
  if (Math.abs(offset) <= 0.425) return offset * quotient(centre, 0.180_625 - offset * offset);
  const nearest = offset < 0 ? probability : 1 - probability;
  if (nearest === 0) return offset < 0 ? -Infinity : Infinity;
  const root = Math.sqrt(-Math.log(nearest));
  const size = root <= 5 ? quotient(middle, root - 1.6) : quotient(tail, root - 5);
  return offset < 0 ? -size : size;
}

/** The tail of the normal distribution beyond a large `x`, by its continued fraction. */
function upperTail(x: number): number {
  let fraction = 0;
  for (let term = 60 + Math.ceil(400 / (x * x)); term > 0; term--) fraction = term / (x + fraction);
  return (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * (1 / (x + fraction));
}

/** The distribution function of the standard normal distribution; its relative error is about 1e-15. */
export function normalCdf(x: number): number {
  if (x < -2.5) return upperTail(-x);
  if (x > 2.5) return 1 - upperTail(x);
  let term = x;
  let sum = x;
  for (let power = 3; Math.abs(term) > Math.abs(sum) * 1e-17; power += 2) {
    term *= (x * x) / power;
    sum += term;
  }
  return 0.5 + (sum * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}
