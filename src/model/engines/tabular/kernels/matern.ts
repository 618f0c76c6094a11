import { besselK, gamma } from '../bessel.ts';
import { defineKernels, matrixOf, widthOf, type Kernel, type Site } from '../kernel.ts';

/** `sklearn.gaussian_process.kernels.Matern` of any smoothness, in the library's order; at 0 it takes the next number. */
function matern(site: Site): Kernel {
  const x = matrixOf(site);
  const y = site.target as Float64Array;
  const width = widthOf(site);
  const nu = site.node.attributes['nu'] as number;
  const stretch = Math.sqrt(2 * nu);
  const scale = 2 ** (1 - nu) / gamma(nu);
  return rows => {
    for (let at = 0; at < rows * width; at++) {
      const distance = x[at] as number;
      const stretched = stretch * (distance === 0 ? Number.EPSILON : distance);
      y[at] = scale * stretched ** nu * besselK(nu, stretched);
    }
  };
}

export const maternKernels = defineKernels({
  matern: { cost: ({ output }) => output.width * 6000, make: matern },
});
